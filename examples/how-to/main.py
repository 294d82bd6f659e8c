from cdk8s import App, Chart, Cron, Size
from cdk8s_spilo import (
    Access,
    Backup,
    BackupStore,
    Credentials,
    PlacementOptions,
    PlainTextPasswords,
    PostgresOptions,
    Separation,
    SpiloCluster,
    SpiloImage,
    StorageOptions,
)

app = App()
chart = Chart(app, "zalandodemo01", namespace="spilo")

SpiloCluster(
    chart,
    "zalandodemo01",
    instances=3,
    image=SpiloImage.SPILO_15_3_0_P1,
    # For trials only: everybody who reads the manifest reads the passwords. Production takes Credentials.from_secret().
    credentials=Credentials.plain_text_in_manifest(
        PlainTextPasswords(
            superuser="superuser-of-the-demo",
            replication="replication-of-the-demo",
            admin="admin-of-the-demo",
        ),
        admin_name="superadmin",
    ),
    storage=StorageOptions(size=Size.gibibytes(2), storage_class_name="local-path"),
    postgres=PostgresOptions(version=15),
    placement=PlacementOptions(
        nodes={"db": ["spilo"]},
        separation=Separation.require_hosts(),
    ),
    backup=Backup.to(
        BackupStore.new_claim(
            size=Size.gibibytes(2),
            storage_class_name="managed-nfs-storage",
            mount_path="/data/pg_wal",
            directory=".",
        ),
        schedule=Cron.schedule(minute="00", hour="01"),
        retain=5,
        unchecked_walg_settings={"WALG_ALIVE_CHECK_INTERVAL": "5m"},
    ),
    access=[Access.leader_node_port(32345)],
)

app.synth()
