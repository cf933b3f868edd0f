-- Prints the tables whose rows are not those of the manifest; nothing where all are there.
with said as (
    select key as name, value::bigint as rows
    from json_each_text(:'manifest'::json -> 'rows')
), found as (
    select regexp_replace(line, '\t\d+$', '') as name, substring(line from '\d+$')::bigint as rows
    from regexp_split_to_table(:'counted', '\n') as line
    where line <> ''
)
select format(
    '%s has %s rows, the manifest says %s',
    name, coalesce(found.rows::text, 'no'), coalesce(said.rows::text, 'no')
)
from said full join found using (name)
where said.rows is distinct from found.rows
order by name;
