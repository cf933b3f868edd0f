-- Prints each table of the database with the number of its rows; what an extension owns is left
-- out, because a dump has the extension in its place.
select
    format(
        'select %L, count(*) from only %I.%I',
        format('%I.%I', space.nspname, class.relname), space.nspname, class.relname
    )
from pg_catalog.pg_class as class
join pg_catalog.pg_namespace as space on space.oid = class.relnamespace
where class.relkind = 'r'
    and space.nspname !~ '^pg_'
    and space.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend as need
        where need.classid = 'pg_catalog.pg_class'::regclass
            and need.objid = class.oid
            and need.deptype = 'e'
    )
order by space.nspname, class.relname
\gexec
