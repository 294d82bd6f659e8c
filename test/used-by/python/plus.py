"""What a user takes from cdk8s-plus and gives to the library, and what he gives of the library to cdk8s-plus. This program is
made once for each version of cdk8s-plus, and must render the same cluster with each."""
from cdk8s import ApiObject, App, Chart, Size
from cdk8s_plus_27 import Cpu, Deployment, EnvFieldPaths, EnvValue, Secret, SecretValue, k8s
from cdk8s_spilo import (
    CpuResources, PlacementOptions, PodOptions, PostgresOptions, Resources, SecretKey, SizeResources, SpiloCluster, StorageOptions,
)

app = App()
chart = Chart(app, "orders", namespace="shop")
mount = k8s.VolumeMount(name="scratch", mount_path="/scratch")

cluster = SpiloCluster(
    chart,
    "orders",
    storage=StorageOptions(size=Size.gibibytes(50)),
    postgres=PostgresOptions(version=17),
    resources=Resources(
        cpu=CpuResources(request=Cpu.millis(500), limit=Cpu.units(2)),
        memory=SizeResources(request=Size.gibibytes(2), limit=Size.gibibytes(2)),
    ),
    placement=PlacementOptions(
        tolerations=[k8s.Toleration(key="databases", operator="Exists", effect="NoSchedule")],
        topology_spread=[
            k8s.TopologySpreadConstraint(topology_key="topology.kubernetes.io/zone", max_skew=1, when_unsatisfiable="DoNotSchedule"),
        ],
    ),
    pod=PodOptions(
        env={
            "TZ": EnvValue.from_value("Etc/UTC"),
            "TOKEN": EnvValue.from_secret_value(SecretValue(secret=Secret.from_secret_name(chart, "Token", "token"), key="token")),
            "NODE": EnvValue.from_field_ref(EnvFieldPaths.NODE_NAME),
        },
        sidecars=[k8s.Container(
            name="exporter",
            image="registry.example.org/exporter:1.0",
            ports=[k8s.ContainerPort(name="metrics", container_port=9187, host_ip="127.0.0.1")],
            resources=k8s.ResourceRequirements(requests={"cpu": k8s.Quantity.from_string("50m"), "memory": k8s.Quantity.from_string("64Mi")}),
            readiness_probe=k8s.Probe(http_get=k8s.HttpGetAction(path="/", port=k8s.IntOrString.from_string("metrics"))),
            volume_mounts=[mount],
        )],
        init_containers=[k8s.Container(name="first", image="registry.example.org/tool:1.0", env=[k8s.EnvVar(name="TZ", value="Etc/UTC")])],
        volumes=[k8s.Volume(name="scratch", empty_dir=k8s.EmptyDirVolumeSource(size_limit=k8s.Quantity.from_string("10Gi")))],
        volume_mounts=[mount],
    ),
)

connection = cluster.connection(user="shop", password=SecretKey(name="shop-password", key="password"))
application = Deployment(Chart(app, "shop"), "Shop")
connection.connect(application.add_container(name="connected", image="registry.example.org/shop:1.0"))

app.synth()
container = ApiObject.of(application).to_json()["spec"]["template"]["spec"]["containers"][0]
assert container["env"] == connection.env_list, container["env"]
