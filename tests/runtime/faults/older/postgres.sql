SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.checkpoint_blobs (
    thread_id text NOT NULL,
    checkpoint_ns text DEFAULT ''::text NOT NULL,
    channel text NOT NULL,
    version text NOT NULL,
    type text NOT NULL,
    blob bytea
);
CREATE TABLE public.checkpoint_migrations (
    v integer NOT NULL
);
CREATE TABLE public.checkpoint_writes (
    thread_id text NOT NULL,
    checkpoint_ns text DEFAULT ''::text NOT NULL,
    checkpoint_id text NOT NULL,
    task_id text NOT NULL,
    idx integer NOT NULL,
    channel text NOT NULL,
    type text,
    blob bytea NOT NULL,
    task_path text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.checkpoints (
    thread_id text NOT NULL,
    checkpoint_ns text DEFAULT ''::text NOT NULL,
    checkpoint_id text NOT NULL,
    parent_checkpoint_id text,
    type text,
    checkpoint jsonb NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL
);
CREATE TABLE public.run_events (
    run_id text NOT NULL,
    number integer NOT NULL,
    event text NOT NULL,
    data text NOT NULL
);
CREATE TABLE public.run_migrations (
    v integer NOT NULL
);
CREATE TABLE public.run_origin_writes (
    run_id text NOT NULL,
    checkpoint_ns text NOT NULL,
    checkpoint_id text NOT NULL,
    task_id text NOT NULL,
    task_path text NOT NULL,
    idx integer NOT NULL,
    channel text NOT NULL,
    type text,
    value bytea
);
CREATE TABLE public.run_origins (
    run_id text NOT NULL,
    checkpoint_ns text NOT NULL,
    checkpoint_id text NOT NULL
);
CREATE TABLE public.runs (
    seq bigint NOT NULL,
    run_id text NOT NULL,
    thread_id text NOT NULL,
    owner text NOT NULL,
    graph text NOT NULL,
    status text NOT NULL,
    request text NOT NULL,
    metadata text NOT NULL,
    strategy text NOT NULL,
    priority integer NOT NULL,
    attempts integer NOT NULL,
    token integer NOT NULL,
    holder text,
    lease_until double precision,
    cancel integer NOT NULL,
    error text,
    result text,
    created_at double precision NOT NULL,
    updated_at double precision NOT NULL,
    started_at double precision,
    ended_at double precision,
    deadline_at double precision NOT NULL,
    undo integer DEFAULT 0 NOT NULL,
    not_before double precision,
    followed integer DEFAULT 0 NOT NULL
);
ALTER TABLE public.runs ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.runs_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.store_items (
    owner text NOT NULL,
    namespace text NOT NULL COLLATE pg_catalog."C",
    key text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL,
    created_at double precision NOT NULL,
    updated_at double precision NOT NULL,
    ttl_seconds double precision,
    expires_at double precision
);
CREATE TABLE public.threads (
    thread_id text NOT NULL,
    owner text NOT NULL,
    metadata text NOT NULL,
    status text NOT NULL,
    temporary integer NOT NULL,
    created_at double precision NOT NULL,
    updated_at double precision NOT NULL,
    ttl_seconds double precision,
    ttl_strategy text,
    expires_at double precision,
    followed_until double precision
);
INSERT INTO public.checkpoint_blobs VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '__start__', '00000000000000000000000000000001.0.6480072352839836', 'msgpack', '\x81a762616c6c617374d9646c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e6720');
INSERT INTO public.checkpoint_blobs VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', 'done', '00000000000000000000000000000003.0.03206329989470824', 'msgpack', '\x91a56669727374');
INSERT INTO public.checkpoint_blobs VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', 'done', '00000000000000000000000000000004.0.19407296178903988', 'msgpack', '\x92a56669727374a67365636f6e64');
INSERT INTO public.checkpoint_blobs VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', 'done', '00000000000000000000000000000005.0.2663152045279127', 'msgpack', '\x93a56669727374a67365636f6e64a57468697264');
INSERT INTO public.checkpoint_blobs VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '__start__', '00000000000000000000000000000006.0.25909779957638845', 'msgpack', '\x80');
INSERT INTO public.checkpoint_blobs VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', 'done', '00000000000000000000000000000008.0.9192731666205006', 'msgpack', '\x94a56669727374a67365636f6e64a57468697264a56669727374');
INSERT INTO public.checkpoint_blobs VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', 'done', '00000000000000000000000000000009.0.7803633670509672', 'msgpack', '\x95a56669727374a67365636f6e64a57468697264a56669727374a67365636f6e64');
INSERT INTO public.checkpoint_blobs VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', 'done', '00000000000000000000000000000010.0.24565137806056492', 'msgpack', '\x96a56669727374a67365636f6e64a57468697264a56669727374a67365636f6e64a57468697264');
INSERT INTO public.checkpoint_blobs VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '__start__', '00000000000000000000000000000001.0.1656306689739776', 'msgpack', '\x81a461736b73c3');
INSERT INTO public.checkpoint_blobs VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', 'done', '00000000000000000000000000000003.0.13963209586994074', 'msgpack', '\x91a56669727374');
INSERT INTO public.checkpoint_blobs VALUES ('e0709ede-dd01-4043-af1b-de0c7347711e', '', '__start__', '00000000000000000000000000000001.0.7481632987826665', 'msgpack', '\x81a4736c6f77a96e6f206e756d626572');
INSERT INTO public.checkpoint_blobs VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', '__start__', '00000000000000000000000000000001.0.9477863625734267', 'msgpack', '\x81a4736c6f77cb4000000000000000');
INSERT INTO public.checkpoint_blobs VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', 'done', '00000000000000000000000000000003.0.4593687639447991', 'msgpack', '\x91a56669727374');
INSERT INTO public.checkpoint_migrations VALUES (0);
INSERT INTO public.checkpoint_migrations VALUES (1);
INSERT INTO public.checkpoint_migrations VALUES (2);
INSERT INTO public.checkpoint_migrations VALUES (3);
INSERT INTO public.checkpoint_migrations VALUES (4);
INSERT INTO public.checkpoint_migrations VALUES (5);
INSERT INTO public.checkpoint_migrations VALUES (6);
INSERT INTO public.checkpoint_migrations VALUES (7);
INSERT INTO public.checkpoint_migrations VALUES (8);
INSERT INTO public.checkpoint_migrations VALUES (9);
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8ad0-6246-bfff-222b8951e8b4', '870e13fb-1c86-8bea-0114-6c0a9e49375c', 0, 'ballast', 'msgpack', '\xd9646c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e67206c6f6e6720', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8ad0-6246-bfff-222b8951e8b4', '870e13fb-1c86-8bea-0114-6c0a9e49375c', 1, 'branch:to:first', 'null', '\x', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8ad2-6820-8000-3867cfa211c6', '4caef98b-2431-ee36-6cd2-c7b82c979d88', 0, 'done', 'msgpack', '\x91a56669727374', '~__pregel_pull, first');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8ad2-6820-8000-3867cfa211c6', '4caef98b-2431-ee36-6cd2-c7b82c979d88', 1, 'branch:to:second', 'null', '\x', '~__pregel_pull, first');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8af9-6bfe-8001-5f93340839b0', 'ff5a1782-7447-72f3-1ce6-712aaf5dd022', 0, 'done', 'msgpack', '\x91a67365636f6e64', '~__pregel_pull, second');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8af9-6bfe-8001-5f93340839b0', 'ff5a1782-7447-72f3-1ce6-712aaf5dd022', 1, 'branch:to:third', 'null', '\x', '~__pregel_pull, second');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b06-619c-8002-82336df13f4e', '5238ea6a-1a82-ba9a-9cc4-6ffbbbb67075', 0, 'done', 'msgpack', '\x91a57468697264', '~__pregel_pull, third');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b41-6aaa-8004-f219f038bb87', 'f96ad258-1ea0-50c7-3cbd-1ff01ba6a7d0', 0, 'branch:to:first', 'null', '\x', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b42-6e1b-8005-0a31644870e8', '608691cf-b730-dd0e-0533-40db07a9ead0', 0, 'done', 'msgpack', '\x91a56669727374', '~__pregel_pull, first');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b42-6e1b-8005-0a31644870e8', '608691cf-b730-dd0e-0533-40db07a9ead0', 1, 'branch:to:second', 'null', '\x', '~__pregel_pull, first');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b53-6c76-8006-46ab27cd06c1', 'cb929424-c4c6-1069-a72a-1c275fb7c020', 0, 'done', 'msgpack', '\x91a67365636f6e64', '~__pregel_pull, second');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b53-6c76-8006-46ab27cd06c1', 'cb929424-c4c6-1069-a72a-1c275fb7c020', 1, 'branch:to:third', 'null', '\x', '~__pregel_pull, second');
INSERT INTO public.checkpoint_writes VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b59-6c11-8007-0410a5b8fba7', '5b429e4a-d3f5-6ae8-3f72-3200e727f9c9', 0, 'done', 'msgpack', '\x91a57468697264', '~__pregel_pull, third');
INSERT INTO public.checkpoint_writes VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '1f1eb6ae-8b92-6b5e-bfff-1d44abca8020', 'a728cba5-5b67-f1bd-5964-f31d256b6dc7', 0, 'asks', 'msgpack', '\xc3', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '1f1eb6ae-8b92-6b5e-bfff-1d44abca8020', 'a728cba5-5b67-f1bd-5964-f31d256b6dc7', 1, 'branch:to:first', 'null', '\x', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '1f1eb6ae-8b93-6c32-8000-6b0ccb354dc9', 'be610c76-b968-3bbf-d1c5-b3aad194fe1a', 0, 'done', 'msgpack', '\x91a56669727374', '~__pregel_pull, first');
INSERT INTO public.checkpoint_writes VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '1f1eb6ae-8b93-6c32-8000-6b0ccb354dc9', 'be610c76-b968-3bbf-d1c5-b3aad194fe1a', 1, 'branch:to:second', 'null', '\x', '~__pregel_pull, first');
INSERT INTO public.checkpoint_writes VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '1f1eb6ae-8ba6-67d7-8001-dd7b7ad3ebb2', 'e77e295b-5929-539d-33bd-6faa531d4577', -3, '__interrupt__', 'msgpack', '\x91c75f0293af6c616e6767726170682e7479706573a9496e7465727275707483a576616c7565a6676f206f6e3fa26964d9206564366539643833333565636361623764643432303335336138316532613737af726573706f6e73655f736368656d61c0', '~__pregel_pull, second');
INSERT INTO public.checkpoint_writes VALUES ('e0709ede-dd01-4043-af1b-de0c7347711e', '', '1f1eb6ae-8be1-6e48-bfff-8237ba7d1879', 'e5e24962-75d5-0c4a-381d-bb79fa909b32', 0, 'slow', 'msgpack', '\xa96e6f206e756d626572', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('e0709ede-dd01-4043-af1b-de0c7347711e', '', '1f1eb6ae-8be1-6e48-bfff-8237ba7d1879', 'e5e24962-75d5-0c4a-381d-bb79fa909b32', 1, 'branch:to:first', 'null', '\x', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('e0709ede-dd01-4043-af1b-de0c7347711e', '', '1f1eb6ae-8be4-616a-8000-c3ffc52eb234', 'c60f130c-6ca7-2043-6f85-7974f7ff875e', -1, '__error__', 'msgpack', '\xd941547970654572726f722822756e737570706f72746564206f706572616e64207479706528732920666f72202f3a20277374722720616e642027666c6f6174272229', '~__pregel_pull, first');
INSERT INTO public.checkpoint_writes VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', '1f1eb6ae-8e23-6e07-bfff-6049b0c7efcd', 'a73fd0b3-2850-554d-fa61-17527bcb215b', 0, 'slow', 'msgpack', '\xcb4000000000000000', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', '1f1eb6ae-8e23-6e07-bfff-6049b0c7efcd', 'a73fd0b3-2850-554d-fa61-17527bcb215b', 1, 'branch:to:first', 'null', '\x', '~__pregel_pull, __start__');
INSERT INTO public.checkpoint_writes VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', '1f1eb6ae-8e28-6003-8000-6de4cb96b90b', 'f1a51b62-0cae-42ea-fdd3-949803bc961d', 0, 'done', 'msgpack', '\x91a56669727374', '~__pregel_pull, first');
INSERT INTO public.checkpoint_writes VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', '1f1eb6ae-8e28-6003-8000-6de4cb96b90b', 'f1a51b62-0cae-42ea-fdd3-949803bc961d', 1, 'branch:to:second', 'null', '\x', '~__pregel_pull, first');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8ad0-6246-bfff-222b8951e8b4', NULL, NULL, '{"v": 4, "id": "1f1eb6ae-8ad0-6246-bfff-222b8951e8b4", "ts": "2026-11-28T20:33:02.790903+00:00", "versions_seen": {"__input__": {}}, "channel_values": {}, "channel_versions": {"__start__": "00000000000000000000000000000001.0.6480072352839836"}, "updated_channels": ["__start__"]}', '{"step": -1, "run_id": "55b211e9-ffb4-4994-bab4-2c3f3ee29689", "source": "input", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8ad2-6820-8000-3867cfa211c6', '1f1eb6ae-8ad0-6246-bfff-222b8951e8b4', NULL, '{"v": 4, "id": "1f1eb6ae-8ad2-6820-8000-3867cfa211c6", "ts": "2026-11-28T20:33:02.791875+00:00", "versions_seen": {"__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.6480072352839836"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long ", "branch:to:first": null}, "channel_versions": {"ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000002.0.6325935862641965", "branch:to:first": "00000000000000000000000000000002.0.6325935862641965"}, "updated_channels": ["ballast", "branch:to:first"]}', '{"step": 0, "run_id": "55b211e9-ffb4-4994-bab4-2c3f3ee29689", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8af9-6bfe-8001-5f93340839b0', '1f1eb6ae-8ad2-6820-8000-3867cfa211c6', NULL, '{"v": 4, "id": "1f1eb6ae-8af9-6bfe-8001-5f93340839b0", "ts": "2026-11-28T20:33:02.807943+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000002.0.6325935862641965"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.6480072352839836"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long ", "branch:to:second": null}, "channel_versions": {"done": "00000000000000000000000000000003.0.03206329989470824", "ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000002.0.6325935862641965", "branch:to:first": "00000000000000000000000000000003.0.03206329989470824", "branch:to:second": "00000000000000000000000000000003.0.03206329989470824"}, "updated_channels": ["branch:to:second", "done"]}', '{"step": 1, "run_id": "55b211e9-ffb4-4994-bab4-2c3f3ee29689", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b06-619c-8002-82336df13f4e', '1f1eb6ae-8af9-6bfe-8001-5f93340839b0', NULL, '{"v": 4, "id": "1f1eb6ae-8b06-619c-8002-82336df13f4e", "ts": "2026-11-28T20:33:02.813002+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000002.0.6325935862641965"}, "second": {"branch:to:second": "00000000000000000000000000000003.0.03206329989470824"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.6480072352839836"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long ", "branch:to:third": null}, "channel_versions": {"done": "00000000000000000000000000000004.0.19407296178903988", "ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000002.0.6325935862641965", "branch:to:first": "00000000000000000000000000000003.0.03206329989470824", "branch:to:third": "00000000000000000000000000000004.0.19407296178903988", "branch:to:second": "00000000000000000000000000000004.0.19407296178903988"}, "updated_channels": ["branch:to:third", "done"]}', '{"step": 2, "run_id": "55b211e9-ffb4-4994-bab4-2c3f3ee29689", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b0d-61f3-8003-817a80a4bf8a', '1f1eb6ae-8b06-619c-8002-82336df13f4e', NULL, '{"v": 4, "id": "1f1eb6ae-8b0d-61f3-8003-817a80a4bf8a", "ts": "2026-11-28T20:33:02.815880+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000002.0.6325935862641965"}, "third": {"branch:to:third": "00000000000000000000000000000004.0.19407296178903988"}, "second": {"branch:to:second": "00000000000000000000000000000003.0.03206329989470824"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.6480072352839836"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long "}, "channel_versions": {"done": "00000000000000000000000000000005.0.2663152045279127", "ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000002.0.6325935862641965", "branch:to:first": "00000000000000000000000000000003.0.03206329989470824", "branch:to:third": "00000000000000000000000000000005.0.2663152045279127", "branch:to:second": "00000000000000000000000000000004.0.19407296178903988"}, "updated_channels": ["done"]}', '{"step": 3, "run_id": "55b211e9-ffb4-4994-bab4-2c3f3ee29689", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b41-6aaa-8004-f219f038bb87', '1f1eb6ae-8b0d-61f3-8003-817a80a4bf8a', NULL, '{"v": 4, "id": "1f1eb6ae-8b41-6aaa-8004-f219f038bb87", "ts": "2026-11-28T20:33:02.837401+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000002.0.6325935862641965"}, "third": {"branch:to:third": "00000000000000000000000000000004.0.19407296178903988"}, "second": {"branch:to:second": "00000000000000000000000000000003.0.03206329989470824"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.6480072352839836"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long "}, "channel_versions": {"done": "00000000000000000000000000000005.0.2663152045279127", "ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000006.0.25909779957638845", "branch:to:first": "00000000000000000000000000000003.0.03206329989470824", "branch:to:third": "00000000000000000000000000000005.0.2663152045279127", "branch:to:second": "00000000000000000000000000000004.0.19407296178903988"}, "updated_channels": ["__start__"]}', '{"step": 4, "run_id": "2d8c7c9f-73d4-420b-a6fb-966b7665577f", "source": "input", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b42-6e1b-8005-0a31644870e8', '1f1eb6ae-8b41-6aaa-8004-f219f038bb87', NULL, '{"v": 4, "id": "1f1eb6ae-8b42-6e1b-8005-0a31644870e8", "ts": "2026-11-28T20:33:02.837903+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000002.0.6325935862641965"}, "third": {"branch:to:third": "00000000000000000000000000000004.0.19407296178903988"}, "second": {"branch:to:second": "00000000000000000000000000000003.0.03206329989470824"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000006.0.25909779957638845"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long ", "branch:to:first": null}, "channel_versions": {"done": "00000000000000000000000000000005.0.2663152045279127", "ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000007.0.8539616206960842", "branch:to:first": "00000000000000000000000000000007.0.8539616206960842", "branch:to:third": "00000000000000000000000000000005.0.2663152045279127", "branch:to:second": "00000000000000000000000000000004.0.19407296178903988"}, "updated_channels": ["branch:to:first"]}', '{"step": 5, "run_id": "2d8c7c9f-73d4-420b-a6fb-966b7665577f", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '1f1eb6ae-8ba6-67d7-8001-dd7b7ad3ebb2', '1f1eb6ae-8b93-6c32-8000-6b0ccb354dc9', NULL, '{"v": 4, "id": "1f1eb6ae-8ba6-67d7-8001-dd7b7ad3ebb2", "ts": "2026-11-28T20:33:02.878701+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000002.0.9223580237260183"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.1656306689739776"}}, "channel_values": {"asks": true, "branch:to:second": null}, "channel_versions": {"asks": "00000000000000000000000000000002.0.9223580237260183", "done": "00000000000000000000000000000003.0.13963209586994074", "__start__": "00000000000000000000000000000002.0.9223580237260183", "branch:to:first": "00000000000000000000000000000003.0.13963209586994074", "branch:to:second": "00000000000000000000000000000003.0.13963209586994074"}, "updated_channels": ["branch:to:second", "done"]}', '{"step": 1, "run_id": "920222ef-42b9-49e7-91ef-d42fa93d0962", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', '1f1eb6ae-8e28-6003-8000-6de4cb96b90b', '1f1eb6ae-8e23-6e07-bfff-6049b0c7efcd', NULL, '{"v": 4, "id": "1f1eb6ae-8e28-6003-8000-6de4cb96b90b", "ts": "2026-11-28T20:33:03.141465+00:00", "versions_seen": {"__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.9477863625734267"}}, "channel_values": {"slow": 2.0, "branch:to:first": null}, "channel_versions": {"slow": "00000000000000000000000000000002.0.6982141494943018", "__start__": "00000000000000000000000000000002.0.6982141494943018", "branch:to:first": "00000000000000000000000000000002.0.6982141494943018"}, "updated_channels": ["branch:to:first", "slow"]}', '{"step": 0, "run_id": "d2df9cde-c2aa-4d7d-a824-9a6299ae90be", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b53-6c76-8006-46ab27cd06c1', '1f1eb6ae-8b42-6e1b-8005-0a31644870e8', NULL, '{"v": 4, "id": "1f1eb6ae-8b53-6c76-8006-46ab27cd06c1", "ts": "2026-11-28T20:33:02.844822+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000007.0.8539616206960842"}, "third": {"branch:to:third": "00000000000000000000000000000004.0.19407296178903988"}, "second": {"branch:to:second": "00000000000000000000000000000003.0.03206329989470824"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000006.0.25909779957638845"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long ", "branch:to:second": null}, "channel_versions": {"done": "00000000000000000000000000000008.0.9192731666205006", "ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000007.0.8539616206960842", "branch:to:first": "00000000000000000000000000000008.0.9192731666205006", "branch:to:third": "00000000000000000000000000000005.0.2663152045279127", "branch:to:second": "00000000000000000000000000000008.0.9192731666205006"}, "updated_channels": ["branch:to:second", "done"]}', '{"step": 6, "run_id": "2d8c7c9f-73d4-420b-a6fb-966b7665577f", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b59-6c11-8007-0410a5b8fba7', '1f1eb6ae-8b53-6c76-8006-46ab27cd06c1', NULL, '{"v": 4, "id": "1f1eb6ae-8b59-6c11-8007-0410a5b8fba7", "ts": "2026-11-28T20:33:02.847270+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000007.0.8539616206960842"}, "third": {"branch:to:third": "00000000000000000000000000000004.0.19407296178903988"}, "second": {"branch:to:second": "00000000000000000000000000000008.0.9192731666205006"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000006.0.25909779957638845"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long ", "branch:to:third": null}, "channel_versions": {"done": "00000000000000000000000000000009.0.7803633670509672", "ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000007.0.8539616206960842", "branch:to:first": "00000000000000000000000000000008.0.9192731666205006", "branch:to:third": "00000000000000000000000000000009.0.7803633670509672", "branch:to:second": "00000000000000000000000000000009.0.7803633670509672"}, "updated_channels": ["branch:to:third", "done"]}', '{"step": 7, "run_id": "2d8c7c9f-73d4-420b-a6fb-966b7665577f", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '1f1eb6ae-8b92-6b5e-bfff-1d44abca8020', NULL, NULL, '{"v": 4, "id": "1f1eb6ae-8b92-6b5e-bfff-1d44abca8020", "ts": "2026-11-28T20:33:02.870604+00:00", "versions_seen": {"__input__": {}}, "channel_values": {}, "channel_versions": {"__start__": "00000000000000000000000000000001.0.1656306689739776"}, "updated_channels": ["__start__"]}', '{"step": -1, "run_id": "920222ef-42b9-49e7-91ef-d42fa93d0962", "source": "input", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('e0709ede-dd01-4043-af1b-de0c7347711e', '', '1f1eb6ae-8be1-6e48-bfff-8237ba7d1879', NULL, NULL, '{"v": 4, "id": "1f1eb6ae-8be1-6e48-bfff-8237ba7d1879", "ts": "2026-11-28T20:33:02.903037+00:00", "versions_seen": {"__input__": {}}, "channel_values": {}, "channel_versions": {"__start__": "00000000000000000000000000000001.0.7481632987826665"}, "updated_channels": ["__start__"]}', '{"step": -1, "run_id": "91d1c263-865a-456d-a3c4-38ed4845db63", "source": "input", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', '1f1eb6ae-a16f-6f41-8001-120952eb1be1', '1f1eb6ae-8e28-6003-8000-6de4cb96b90b', NULL, '{"v": 4, "id": "1f1eb6ae-a16f-6f41-8001-120952eb1be1", "ts": "2026-11-28T20:33:05.163226+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000002.0.6982141494943018"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.9477863625734267"}}, "channel_values": {"slow": 2.0, "branch:to:second": null}, "channel_versions": {"done": "00000000000000000000000000000003.0.4593687639447991", "slow": "00000000000000000000000000000002.0.6982141494943018", "__start__": "00000000000000000000000000000002.0.6982141494943018", "branch:to:first": "00000000000000000000000000000003.0.4593687639447991", "branch:to:second": "00000000000000000000000000000003.0.4593687639447991"}, "updated_channels": ["branch:to:second", "done"]}', '{"step": 1, "run_id": "d2df9cde-c2aa-4d7d-a824-9a6299ae90be", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', '', '1f1eb6ae-8b5f-6abb-8008-62b9943ea661', '1f1eb6ae-8b59-6c11-8007-0410a5b8fba7', NULL, '{"v": 4, "id": "1f1eb6ae-8b5f-6abb-8008-62b9943ea661", "ts": "2026-11-28T20:33:02.849694+00:00", "versions_seen": {"first": {"branch:to:first": "00000000000000000000000000000007.0.8539616206960842"}, "third": {"branch:to:third": "00000000000000000000000000000009.0.7803633670509672"}, "second": {"branch:to:second": "00000000000000000000000000000008.0.9192731666205006"}, "__input__": {}, "__start__": {"__start__": "00000000000000000000000000000006.0.25909779957638845"}}, "channel_values": {"ballast": "long long long long long long long long long long long long long long long long long long long long "}, "channel_versions": {"done": "00000000000000000000000000000010.0.24565137806056492", "ballast": "00000000000000000000000000000002.0.6325935862641965", "__start__": "00000000000000000000000000000007.0.8539616206960842", "branch:to:first": "00000000000000000000000000000008.0.9192731666205006", "branch:to:third": "00000000000000000000000000000010.0.24565137806056492", "branch:to:second": "00000000000000000000000000000009.0.7803633670509672"}, "updated_channels": ["done"]}', '{"step": 8, "run_id": "2d8c7c9f-73d4-420b-a6fb-966b7665577f", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', '', '1f1eb6ae-8b93-6c32-8000-6b0ccb354dc9', '1f1eb6ae-8b92-6b5e-bfff-1d44abca8020', NULL, '{"v": 4, "id": "1f1eb6ae-8b93-6c32-8000-6b0ccb354dc9", "ts": "2026-11-28T20:33:02.871035+00:00", "versions_seen": {"__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.1656306689739776"}}, "channel_values": {"asks": true, "branch:to:first": null}, "channel_versions": {"asks": "00000000000000000000000000000002.0.9223580237260183", "__start__": "00000000000000000000000000000002.0.9223580237260183", "branch:to:first": "00000000000000000000000000000002.0.9223580237260183"}, "updated_channels": ["asks", "branch:to:first"]}', '{"step": 0, "run_id": "920222ef-42b9-49e7-91ef-d42fa93d0962", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('e0709ede-dd01-4043-af1b-de0c7347711e', '', '1f1eb6ae-8be4-616a-8000-c3ffc52eb234', '1f1eb6ae-8be1-6e48-bfff-8237ba7d1879', NULL, '{"v": 4, "id": "1f1eb6ae-8be4-616a-8000-c3ffc52eb234", "ts": "2026-11-28T20:33:02.903935+00:00", "versions_seen": {"__input__": {}, "__start__": {"__start__": "00000000000000000000000000000001.0.7481632987826665"}}, "channel_values": {"slow": "no number", "branch:to:first": null}, "channel_versions": {"slow": "00000000000000000000000000000002.0.09039912238038506", "__start__": "00000000000000000000000000000002.0.09039912238038506", "branch:to:first": "00000000000000000000000000000002.0.09039912238038506"}, "updated_channels": ["branch:to:first", "slow"]}', '{"step": 0, "run_id": "91d1c263-865a-456d-a3c4-38ed4845db63", "source": "loop", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.checkpoints VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', '', '1f1eb6ae-8e23-6e07-bfff-6049b0c7efcd', NULL, NULL, '{"v": 4, "id": "1f1eb6ae-8e23-6e07-bfff-6049b0c7efcd", "ts": "2026-11-28T20:33:03.139779+00:00", "versions_seen": {"__input__": {}}, "channel_values": {}, "channel_versions": {"__start__": "00000000000000000000000000000001.0.9477863625734267"}, "updated_channels": ["__start__"]}', '{"step": -1, "run_id": "d2df9cde-c2aa-4d7d-a824-9a6299ae90be", "source": "input", "parents": {}, "graph_id": "agent"}');
INSERT INTO public.run_events VALUES ('55b211e9-ffb4-4994-bab4-2c3f3ee29689', 0, 'metadata', '{"run_id":"55b211e9-ffb4-4994-bab4-2c3f3ee29689","attempt":1}');
INSERT INTO public.run_events VALUES ('55b211e9-ffb4-4994-bab4-2c3f3ee29689', 1, 'values', '{"ballast":"long long long long long long long long long long long long long long long long long long long long ","done":[]}');
INSERT INTO public.run_events VALUES ('55b211e9-ffb4-4994-bab4-2c3f3ee29689', 2, 'values', '{"ballast":"long long long long long long long long long long long long long long long long long long long long ","done":["first"]}');
INSERT INTO public.run_events VALUES ('55b211e9-ffb4-4994-bab4-2c3f3ee29689', 3, 'values', '{"ballast":"long long long long long long long long long long long long long long long long long long long long ","done":["first","second"]}');
INSERT INTO public.run_events VALUES ('55b211e9-ffb4-4994-bab4-2c3f3ee29689', 4, 'values', '{"ballast":"long long long long long long long long long long long long long long long long long long long long ","done":["first","second","third"]}');
INSERT INTO public.run_events VALUES ('2d8c7c9f-73d4-420b-a6fb-966b7665577f', 0, 'metadata', '{"run_id":"2d8c7c9f-73d4-420b-a6fb-966b7665577f","attempt":1}');
INSERT INTO public.run_events VALUES ('2d8c7c9f-73d4-420b-a6fb-966b7665577f', 1, 'values', '{"ballast":"long long long long long long long long long long long long long long long long long long long long ","done":["first","second","third","first"]}');
INSERT INTO public.run_events VALUES ('2d8c7c9f-73d4-420b-a6fb-966b7665577f', 2, 'values', '{"ballast":"long long long long long long long long long long long long long long long long long long long long ","done":["first","second","third","first","second"]}');
INSERT INTO public.run_events VALUES ('2d8c7c9f-73d4-420b-a6fb-966b7665577f', 3, 'values', '{"ballast":"long long long long long long long long long long long long long long long long long long long long ","done":["first","second","third","first","second","third"]}');
INSERT INTO public.run_events VALUES ('920222ef-42b9-49e7-91ef-d42fa93d0962', 0, 'metadata', '{"run_id":"920222ef-42b9-49e7-91ef-d42fa93d0962","attempt":1}');
INSERT INTO public.run_events VALUES ('920222ef-42b9-49e7-91ef-d42fa93d0962', 1, 'values', '{"asks":true,"done":[]}');
INSERT INTO public.run_events VALUES ('920222ef-42b9-49e7-91ef-d42fa93d0962', 2, 'values', '{"asks":true,"done":["first"]}');
INSERT INTO public.run_events VALUES ('920222ef-42b9-49e7-91ef-d42fa93d0962', 3, 'values', '{"asks":true,"done":["first"],"__interrupt__":[{"value":"go on?","id":"ed6e9d8335eccab7dd420353a81e2a77","response_schema":null}]}');
INSERT INTO public.run_events VALUES ('91d1c263-865a-456d-a3c4-38ed4845db63', 0, 'metadata', '{"run_id":"91d1c263-865a-456d-a3c4-38ed4845db63","attempt":1}');
INSERT INTO public.run_events VALUES ('91d1c263-865a-456d-a3c4-38ed4845db63', 1, 'values', '{"slow":"no number","done":[]}');
INSERT INTO public.run_events VALUES ('91d1c263-865a-456d-a3c4-38ed4845db63', 2, 'error', '{"error":"TypeError","message":"the graph raised; the service''s log says why, under this run''s id"}');
INSERT INTO public.run_events VALUES ('d2df9cde-c2aa-4d7d-a824-9a6299ae90be', 0, 'metadata', '{"run_id":"d2df9cde-c2aa-4d7d-a824-9a6299ae90be","attempt":1}');
INSERT INTO public.run_events VALUES ('d2df9cde-c2aa-4d7d-a824-9a6299ae90be', 1, 'values', '{"slow":2.0,"done":[]}');
INSERT INTO public.run_migrations VALUES (0);
INSERT INTO public.run_migrations VALUES (1);
INSERT INTO public.run_migrations VALUES (2);
INSERT INTO public.run_migrations VALUES (3);
INSERT INTO public.run_migrations VALUES (4);
INSERT INTO public.run_migrations VALUES (5);
INSERT INTO public.run_migrations VALUES (6);
INSERT INTO public.run_migrations VALUES (7);
INSERT INTO public.run_migrations VALUES (8);
INSERT INTO public.run_migrations VALUES (9);
INSERT INTO public.run_migrations VALUES (10);
INSERT INTO public.run_migrations VALUES (11);
INSERT INTO public.run_migrations VALUES (12);
INSERT INTO public.run_migrations VALUES (13);
INSERT INTO public.run_migrations VALUES (14);
INSERT INTO public.run_migrations VALUES (15);
INSERT INTO public.run_migrations VALUES (16);
INSERT INTO public.run_migrations VALUES (17);
INSERT INTO public.run_migrations VALUES (18);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (1, '55b211e9-ffb4-4994-bab4-2c3f3ee29689', '7c63ca43-f26f-45a7-a488-4a1d792ae092', 'everybody', 'agent', 'success', '{"assistant_id": "agent", "input": {"ballast": "long long long long long long long long long long long long long long long long long long long long "}, "config": {"configurable": {}, "metadata": {}, "tags": []}, "stream_mode": "values", "stream_subgraphs": false, "stream_resumable": true, "strict_resume": false, "streamed": false, "user": {}, "trace": {"traceparent": "00-269254d360e888e424ed1fa39dbb6872-2ab494284c76a292-00"}}', '{}', 'enqueue', 0, 1, 1, NULL, NULL, 0, NULL, '{"ballast": "long long long long long long long long long long long long long long long long long long long long ", "done": ["first", "second", "third"]}', 1795897982.785332, 1795897982.8223, 1795897982.785331, 1795897982.822336, 1795901582.785333, 0, NULL, 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (2, '2d8c7c9f-73d4-420b-a6fb-966b7665577f', '7c63ca43-f26f-45a7-a488-4a1d792ae092', 'everybody', 'agent', 'success', '{"assistant_id": "agent", "input": {}, "config": {"configurable": {}, "metadata": {}, "tags": []}, "stream_mode": "values", "stream_subgraphs": false, "stream_resumable": true, "strict_resume": false, "streamed": false, "user": {}, "trace": {"traceparent": "00-6045adf246de406abc14d4a06359de7f-cad50772cf3f6ab8-00"}}', '{}', 'enqueue', 0, 1, 1, NULL, NULL, 0, NULL, '{"ballast": "long long long long long long long long long long long long long long long long long long long long ", "done": ["first", "second", "third", "first", "second", "third"]}', 1795897982.829939, 1795897982.85469, 1795897982.829938, 1795897982.854699, 1795901582.82994, 0, NULL, 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (3, '920222ef-42b9-49e7-91ef-d42fa93d0962', '29138238-4b5d-4fd2-bc34-5f71560668ea', 'everybody', 'agent', 'interrupted', '{"assistant_id": "agent", "input": {"asks": true}, "config": {"configurable": {}, "metadata": {}, "tags": []}, "stream_mode": "values", "stream_subgraphs": false, "stream_resumable": true, "strict_resume": false, "streamed": false, "user": {}, "trace": {"traceparent": "00-ecb13285eb6d65fe2ff02c698afbd3bf-234c119a66f7183d-00"}}', '{}', 'enqueue', 0, 1, 1, NULL, NULL, 0, NULL, '{"asks": true, "done": ["first"], "__interrupt__": [{"value": "go on?", "id": "ed6e9d8335eccab7dd420353a81e2a77", "response_schema": null}]}', 1795897982.86707, 1795897982.886883, 1795897982.867069, 1795897982.886891, 1795901582.867071, 0, NULL, 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (4, '91d1c263-865a-456d-a3c4-38ed4845db63', 'e0709ede-dd01-4043-af1b-de0c7347711e', 'everybody', 'agent', 'error', '{"assistant_id": "agent", "input": {"slow": "no number"}, "config": {"configurable": {}, "metadata": {}, "tags": []}, "stream_mode": "values", "stream_subgraphs": false, "stream_resumable": true, "strict_resume": false, "streamed": false, "user": {}, "trace": {"traceparent": "00-25905237cace0bc7fe33fdb1b5ab4708-d053698c893a2a82-00"}}', '{}', 'enqueue', 0, 1, 1, NULL, NULL, 0, '{"error": "TypeError", "message": "the graph raised; the service''s log says why, under this run''s id"}', NULL, 1795897982.899586, 1795897982.922364, 1795897982.899585, 1795897982.922373, 1795901582.899587, 0, NULL, 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (6, 'b2ab33c8-52a9-4032-9696-62d5e8188901', '8b6452da-2da2-48fa-83e1-3a43d2591919', 'everybody', 'agent', 'pending', '{"assistant_id": "agent", "input": {}, "config": {"configurable": {}, "metadata": {}, "tags": []}, "stream_mode": "values", "stream_subgraphs": false, "stream_resumable": true, "strict_resume": false, "streamed": false, "user": {}, "trace": {"traceparent": "00-37695b881086d904491483c5a410e7b7-547346d2553beac3-00"}}', '{}', 'enqueue', 0, 0, 0, NULL, NULL, 0, NULL, NULL, 1795897983.148779, 1795897983.148786, NULL, NULL, 1795901583.148786, 0, NULL, 0);
INSERT INTO public.runs OVERRIDING SYSTEM VALUE VALUES (5, 'd2df9cde-c2aa-4d7d-a824-9a6299ae90be', '8b6452da-2da2-48fa-83e1-3a43d2591919', 'everybody', 'agent', 'running', '{"assistant_id": "agent", "input": {"slow": 2.0}, "config": {"configurable": {}, "metadata": {}, "tags": []}, "stream_mode": "values", "stream_subgraphs": false, "stream_resumable": true, "strict_resume": false, "streamed": false, "user": {}, "trace": {"traceparent": "00-379bf675ed5226fc40f428f3c31097cb-86f27e4fe7f4ccbe-00"}}', '{}', 'enqueue', 0, 1, 1, 'host/171a8f73-53e9-411e-8214-00b4c69be2ac', 1795897988.515835, 0, NULL, NULL, 1795897983.135961, 1795897983.135961, 1795897983.13596, NULL, 1795901583.135962, 0, NULL, 0);
INSERT INTO public.store_items VALUES ('everybody', 'notes.older.', 'plain', '{"text":"kept","list":[1,2.5,null]}', 1795897982.94286, 1795897982.942868, NULL, NULL);
INSERT INTO public.store_items VALUES ('everybody', 'notes.older.', 'wide', '{"text":"žluť ☃"}', 1795897982.94802, 1795897982.948027, NULL, NULL);
INSERT INTO public.threads VALUES ('7c63ca43-f26f-45a7-a488-4a1d792ae092', 'everybody', '{"name": "history", "graph_id": "agent", "assistant_id": "agent"}', 'idle', 0, 1795897982.724748, 1795897982.85474, NULL, NULL, NULL, NULL);
INSERT INTO public.threads VALUES ('29138238-4b5d-4fd2-bc34-5f71560668ea', 'everybody', '{"name": "asking", "graph_id": "agent", "assistant_id": "agent"}', 'interrupted', 0, 1795897982.8599, 1795897982.886965, NULL, NULL, NULL, NULL);
INSERT INTO public.threads VALUES ('e0709ede-dd01-4043-af1b-de0c7347711e', 'everybody', '{"name": "failed", "graph_id": "agent", "assistant_id": "agent"}', 'error', 0, 1795897982.892908, 1795897982.922413, NULL, NULL, NULL, NULL);
INSERT INTO public.threads VALUES ('8b6452da-2da2-48fa-83e1-3a43d2591919', 'everybody', '{"name": "killed", "graph_id": "agent", "assistant_id": "agent"}', 'idle', 0, 1795897983.128613, 1795897983.134075, NULL, NULL, NULL, NULL);
SELECT pg_catalog.setval('public.runs_seq_seq', 6, true);
ALTER TABLE ONLY public.checkpoint_blobs
    ADD CONSTRAINT checkpoint_blobs_pkey PRIMARY KEY (thread_id, checkpoint_ns, channel, version);
ALTER TABLE ONLY public.checkpoint_migrations
    ADD CONSTRAINT checkpoint_migrations_pkey PRIMARY KEY (v);
ALTER TABLE ONLY public.checkpoint_writes
    ADD CONSTRAINT checkpoint_writes_pkey PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id, task_id, idx);
ALTER TABLE ONLY public.checkpoints
    ADD CONSTRAINT checkpoints_pkey PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id);
ALTER TABLE ONLY public.run_events
    ADD CONSTRAINT run_events_pkey PRIMARY KEY (run_id, number);
ALTER TABLE ONLY public.run_migrations
    ADD CONSTRAINT run_migrations_pkey PRIMARY KEY (v);
ALTER TABLE ONLY public.run_origin_writes
    ADD CONSTRAINT run_origin_writes_pkey PRIMARY KEY (run_id, checkpoint_ns, checkpoint_id, task_id, idx);
ALTER TABLE ONLY public.run_origins
    ADD CONSTRAINT run_origins_pkey PRIMARY KEY (run_id, checkpoint_ns, checkpoint_id);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_run_id_key UNIQUE (run_id);
ALTER TABLE ONLY public.store_items
    ADD CONSTRAINT store_items_pkey PRIMARY KEY (owner, namespace, key);
ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_pkey PRIMARY KEY (thread_id);
CREATE INDEX checkpoint_blobs_thread_id_idx ON public.checkpoint_blobs USING btree (thread_id);
CREATE INDEX checkpoint_writes_thread_id_idx ON public.checkpoint_writes USING btree (thread_id);
CREATE INDEX checkpoints_thread_id_idx ON public.checkpoints USING btree (thread_id);
CREATE INDEX runs_of_a_thread ON public.runs USING btree (thread_id, seq);
CREATE UNIQUE INDEX runs_one_a_thread ON public.runs USING btree (thread_id) WHERE (status = 'running'::text);
CREATE INDEX runs_waiting ON public.runs USING btree (priority DESC, seq) WHERE (status = 'pending'::text);
CREATE INDEX store_items_that_expire ON public.store_items USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX threads_of_an_owner ON public.threads USING btree (owner, created_at);
CREATE INDEX threads_that_expire ON public.threads USING btree (expires_at) WHERE (expires_at IS NOT NULL);
ALTER TABLE ONLY public.run_events
    ADD CONSTRAINT run_events_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(run_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.run_origin_writes
    ADD CONSTRAINT run_origin_writes_run_id_checkpoint_ns_checkpoint_id_fkey FOREIGN KEY (run_id, checkpoint_ns, checkpoint_id) REFERENCES public.run_origins(run_id, checkpoint_ns, checkpoint_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.run_origins
    ADD CONSTRAINT run_origins_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.runs(run_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(thread_id) ON DELETE CASCADE;
