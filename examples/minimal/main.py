from cdk8s import App, Chart, Size
from cdk8s_spilo import PostgresOptions, SpiloCluster, StorageOptions

app = App()
chart = Chart(app, "orders")

SpiloCluster(
    chart,
    "orders",
    storage=StorageOptions(size=Size.gibibytes(50)),
    postgres=PostgresOptions(version=17),
)

app.synth()
