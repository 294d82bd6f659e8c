from cdk8s import App, Chart, Size
from cdk8s_plus_27 import Secret
from cdk8s_spilo import Credentials, SpiloCluster, StorageOptions

app = App()
chart = Chart(app, "orders")
passwords = Secret.from_secret_name(chart, "Passwords", "orders-passwords")

SpiloCluster(
    chart,
    "orders",
    credentials=Credentials.from_secret(passwords),
    storage=StorageOptions(size=Size.gibibytes(50)),
)

app.synth()
