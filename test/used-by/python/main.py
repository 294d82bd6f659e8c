from cdk8s import App, Chart
from cdk8s_spilo import SpiloCluster

app = App()
chart = Chart(app, "how-to")
SpiloCluster(chart, "zalandodemo01")
app.synth()
