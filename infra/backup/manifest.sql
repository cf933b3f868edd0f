-- Prints the manifest of a dump on one line; `counted` has a line for each table: name, tab, rows.
select json_build_object(
    'name', :'name',
    'time', regexp_replace(:'name', '^(....)(..)(..)T(..)(..)(..)Z$', '\1-\2-\3T\4:\5:\6Z'),
    'server_version', current_setting('server_version'),
    'database', current_database(),
    'bytes', :bytes,
    'sha256', :'sha256',
    'rows', (
        select json_object_agg(
            regexp_replace(line, '\t\d+$', ''), substring(line from '\d+$')::bigint
        )
        from regexp_split_to_table(:'counted', '\n') as line
    )
);
