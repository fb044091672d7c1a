# forms

# Parts that all forms share
form-basics = Basics
form-size = Size
form-nodes = Nodes
form-network = Network
form-labels = Labels
form-storage = Storage and container volumes
form-proxy = Proxy
form-advanced = Advanced
form-none = none
form-required = Required here
form-minutes = min
form-as-in-model = As in the { -bay-model }
# $value: the bay model's value
form-as-in-model-value = { $value } (as in the { -bay-model })
form-needs-version = Needs Magnum API { $version }
form-draft-kept = Draft kept as you type
form-checked-quotas = Checked against quotas { $age } ago
form-key-create = Create
form-key-section = Next section
form-sending = Asking the cloud…
form-reading-magnum = Reading what Magnum can do
# $n: how many fields stand in the way; links to them follow
form-in-the-way = { $n ->
    [one] 1 thing stands in the way:
   *[other] { $n } things stand in the way:
}
form-go-to = Go to { $field }
form-in-the-way-short = To do ({ $n }):
form-and = and
form-comma = ,
form-and-more = and { $n } more
form-preview-command = openstack command
form-preview-kubectl = kubectl command
form-preview-magnum = magnum command
# $row: what the row is called
form-remove-row = Remove { $row }

# Bay
form-bay-title = New { -bay }
form-bay-create = Create { -bay }
form-bay-started-from = Started from { $bay }
form-bay-name-rule = Starts with a letter; letters, digits, _ . -
form-bay-name-rule-old = Up to 255 characters
form-masters-rule = Odd, for a quorum
form-workers-rule = 0 or more
form-at-least-one = 1 or more
form-network-new = Create a new one
form-subnet-any = Any subnet of it
form-zone-any = Any
form-external-of-model = External network from the { -bay-model }: { $network }
form-docker-volume-rule = One volume per node for containers; devicemapper needs at least 3 GB
form-storage-of-model = From the { -bay-model }: { $drivers }
form-proxy-of-model = Proxies are set in the { -bay-model }.
form-timeout-rule = Creation is given up after this time; 0 = never
form-timeout-summary = gives up after { $n } min
form-timeout-none = no time limit
form-discovery-rule = Leave empty: Magnum asks discovery.etcd.io for one
form-size-summary = { $masters } masters, { $workers } workers
form-flavor-detail = { $vcpus } vCPU, { $ram } GiB, { $disk } GB
form-passed-image = image os_distro { $distro }
form-passed-flavor = flavor large enough
form-passed-keypair = keypair found
form-image-no-distro = no os_distro

# Bay model
form-model-title = New { -bay-model }
form-model-create = Create { -bay-model }
form-model-copy-of = Copy of { $model }
form-model-name-rule = Left empty, Magnum invents one
form-image-rule = Needs the property os_distro
form-image-needs = The image needs a disk of { $disk } GB and { $ram } MiB of memory.
form-keypair-none = None, each { -bay } names its own
form-master-flavor-none = Magnum’s default
form-flavor-none = Magnum’s default
form-server-default = Default (virtual machines)
form-server-vm = Virtual machines
form-server-bm = Bare metal
form-external-rule = Where floating IPs come from
form-fixed-network-cidr = Address range of the new network
form-dns-rule = Addresses, separated by commas
form-dns-rule-old = One address
form-driver-default = Default
form-registry-rule = host:port of a registry without TLS
form-proxy-rule = http:// or https:// address
form-no-proxy-rule = Hosts and networks without proxy
form-port-rule = 1024 to 65535
form-tags-rule = Words separated by commas
form-driver-rule = Name of Magnum’s driver, if not chosen by itself
form-model-facts = What the cloud says
form-model-facts-none = Choose an image: its distribution and needs are shown here.
form-model-2015 = This region speaks the API of 2015: fields that it does not know are left out.

# Container
form-container-title = New container
form-container-create = Create container
form-container-create-deployment = Create Deployment
form-container-create-pod = Create Pod
form-container-kind = Kind
form-container-no-target = No { -bay } here takes containers: it takes a Kubernetes { -bay }, or a Swarm { -bay } in a region that speaks the API of 2015.
form-container-target-kubernetes = Applied as a manifest to Kubernetes
form-container-target-pods = Created through Magnum’s /pods, which takes pods only
form-container-target-swarm = Created through Magnum’s /containers
form-container-what = What runs
form-container-command = Command and environment
form-container-ports = Ports
form-container-resources = Resources
form-container-labels = Kubernetes labels
form-container-name-rule = Small letters, digits and -
form-container-image-rule = registry/name:tag
form-container-command-rule = Instead of the image’s entry point
form-container-args-rule = Arguments for it
form-container-env = Environment
form-container-env-name = Name of variable { $n }
form-container-env-value = Value of variable { $n }
form-container-env-add = Add variable
form-container-port-add = Add port
form-container-cpu-rule = Cores: 0.5 or 500m
form-container-memory-rule = Bytes: 128Mi, 1Gi
form-container-docker-memory-rule = A number with b, k, m or g
# $name: the container's name
form-container-labels-rule = app={ $name } is always there: the selector finds the pods by it.
form-container-label-key = Key of label { $n }
form-container-label-value = Value of label { $n }
form-container-label-add = Add label
form-container-manifest = As a manifest
form-container-manifest-rule = The form writes this manifest and applies it. Fields beyond the form can be added in Manifests.
form-container-edit = Edit as manifest

# Quotas
quota-title = Fits the project?
quota-reading = Reading quotas
quota-used = used
quota-added = this { -bay }
quota-over = over quota
quota-figures = { $used } + { $adds } of { $limit }
quota-figures-unlimited = { $used } + { $adds }, no limit
quota-bays = { -bay(form: "Many") }
quota-instances = Instances
quota-vcpus = vCPU
quota-ram = RAM
quota-floating-ips = Floating IPs
quota-ports = Ports
quota-security-groups = Security groups

# Label editor
labels-none = No labels.
labels-count = { $n ->
    [0] none
    [one] 1 label
   *[other] { $n } labels
}
labels-summary = { $all } in force: { $model } from the { -bay-model }, { $overridden } overridden, { $added } added.
labels-summary-merge = Sent with merge_labels.
labels-add = Add label
labels-add-name = Name of the new label
labels-add-rule = Enter adds it; a name that Magnum does not know is allowed
labels-head-name = Label
labels-head-value = Value
labels-head-origin = Where it comes from
labels-from-model = from the { -bay-model }
labels-overridden = overridden, was { $was }
labels-added = added here
labels-undo = Undo the change of { $label }
labels-remove = Remove { $label }
labels-override = Override { $label }
labels-show-more = Show { $n } more from the { -bay-model }
labels-show-less = Show fewer
labels-value-none = not set
labels-unknown = Not one of Magnum’s own labels; passed on as it is

# Field titles
field-form = Rights
field-name = Name
field-bay-model = { -bay-model(form: "Title") }
field-keypair = Keypair
field-coe = Engine
field-image = Image
field-master-count = Masters
field-master-flavor = Master flavor
field-node-count = Workers
field-flavor = Worker flavor
field-server-type = Nodes are
field-external-network = External network
field-fixed-network = Network
field-fixed-subnet = Subnet
field-dns = DNS servers
field-network-driver = Network driver
field-master-lb = Load balancer for the API
field-floating-ip = Floating IP on every node
field-zone = Zone
field-volume-driver = Volume driver
field-docker-volume-size = Container volume
field-storage-driver = Storage driver
field-http-proxy = HTTP proxy
field-https-proxy = HTTPS proxy
field-no-proxy = No proxy for
field-insecure-registry = Insecure registry
field-registry-enabled = Registry inside the { -bay }
field-tls-disabled = No TLS inside the { -bay }
field-public = Visible to all projects
field-hidden = Hidden from lists
field-apiserver-port = API port
field-tags = Tags
field-driver = Driver
field-timeout = Time limit
field-discovery = Discovery URL
field-label = Label
field-quota = Quota
field-target = Runs in
field-namespace = Namespace
field-container-image = Image
field-command = Command
field-args = Arguments
field-env = Variable { $n }
field-port = Port { $n }
field-cpu-request = CPU requested
field-cpu-limit = CPU limit
field-memory-request = Memory requested
field-memory-limit = Memory limit
field-replicas = Replicas
field-restart-policy = Restart
field-pod-label = Label { $n }

# Rules that a value breaks
check-required = Must be given.
check-too-long = At most { $max } characters.
check-bay-name = Must start with a letter; then letters, digits, _ . -
check-name-taken = Another one has this name. Allowed, but commands by name will be refused.
check-space-at-end = Spaces at the start or the end would be kept.
check-at-least = At least { $min }.
check-between = { NUMBER($min, useGrouping: 0) } to { NUMBER($max, useGrouping: 0) }.
check-not-number = Must be a whole number.
check-needs-version = Needs Magnum API { $version }.
check-masters-odd = Must be odd, for a quorum.
check-masters-need-lb = More than one needs the load balancer.
check-devicemapper = devicemapper needs at least 3 GB.
check-missing = The cloud has no { $value }.
check-no-distro = { $value } has no os_distro: Magnum would refuse it.
check-image-not-active = The image is not active: { $value }.
check-flavor-disk = The image needs a disk of { $needs } GB, this flavor has { $has }.
check-flavor-ram = The image needs { $needs } MiB of memory, this flavor has { $has }.
check-not-cidr = Must be a network such as 10.0.0.0/24.
check-not-address = Not an IPv4 address: { $value }
check-one-dns = This API takes one address.
check-not-host-port = Must be host:port.
check-not-url = Must be an http:// or https:// address.
check-not-for-engine = Not for this engine; it knows { $known }.
check-engine-gone = This Magnum offers { $value }.
check-not-external = Not an external network.
check-other-network = This subnet is in another network.
check-subnet-alone = Choose its network too.
check-not-bool = Must be true or false.
check-not-known = Usual values: { $known }.
check-label-name = No = , or spaces at the ends.
check-label-unknown = Not one of Magnum’s own labels.
check-min-above-max = must be at most max_node_count, { $n }
check-min-above-workers = must be at most the { $n } workers above
check-max-below-workers = must be at least the { $n } workers above
check-scaling-off = no effect while auto_scaling_enabled is false
check-reader = Your role here is reader: you can look, not change.
check-admin-only = Only administrators may do this.
check-foreign-model = Belongs to another project; this API refuses it.
check-over-quota = Needs { $adds }, { $left } left.
check-over-floating = Needs { $adds } floating IPs, { $left ->
    [one] 1 is left
   *[other] { $left } are left
}. Without one on every node it needs { $without ->
    [0] none
   *[other] { $without }
}.
check-kube-name = Small letters, digits and -; starts and ends with a letter or digit.
check-image-ref = Must look like registry/name:tag.
check-not-quantity = Must be a quantity such as 500m or 128Mi.
check-limit-below = Below what is requested.
check-env-name = Letters, digits, _ . -, not starting with a digit.
check-twice = Given twice.
check-kube-label = Not a label that Kubernetes takes.
check-deployment-restarts = Pods of a Deployment always restart.
check-not-memory = A number with b, k, m or g, such as 512m.
check-target-not-ready = It takes nothing now: { $value }.
check-open-quote = A quote is not closed.

# Magnum labels: meaning in a few words
label-admission-control-list = Admission plug-ins of the API server
label-auto-healing-controller = What heals nodes
label-auto-healing-enabled = Repairs nodes that fail
label-auto-scaling-enabled = Adds and removes workers by load
label-autoscaler-tag = Version of the cluster autoscaler
label-availability-zone = Nova zone for all nodes
label-boot-volume-size = Root disk as a volume of this size
label-boot-volume-type = Volume type of the root disk
label-calico-ipv4pool = Addresses of pods under Calico
label-calico-ipv4pool-ipip = Calico’s IP-in-IP tunnels
label-calico-tag = Version of Calico
label-cert-manager-api = API for signing certificates inside
label-cgroup-driver = How kubelet manages cgroups
label-cinder-csi-enabled = Volumes from Cinder through CSI
label-cinder-csi-plugin-tag = Version of the Cinder CSI plug-in
label-cloud-provider-enabled = Kubernetes works with OpenStack
label-cloud-provider-tag = Version of the OpenStack cloud provider
label-container-infra-prefix = Registry for all of Magnum’s own images
label-container-runtime = What runs containers
label-containerd-tarball-sha256 = Checksum of containerd’s archive
label-containerd-tarball-url = Where containerd’s archive is
label-containerd-version = Version of containerd
label-coredns-tag = Version of CoreDNS
label-dns-cluster-domain = Domain of the cluster’s own DNS
label-dns-service-ip = Address of the cluster’s own DNS
label-docker-volume-type = Volume type of container volumes
label-etcd-tag = Version of etcd
label-etcd-volume-size = Volume for etcd’s data; 0 = none
label-etcd-volume-type = Volume type for etcd
label-fixed-network-name = Name of the network that is made
label-fixed-subnet-cidr = Address range of the subnet that is made
label-flannel-backend = How Flannel carries packets
label-flannel-network-cidr = Addresses of pods under Flannel
label-flannel-network-subnetlen = Prefix length of each node’s range
label-flannel-tag = Version of Flannel
label-heat-container-agent-tag = Version of Heat’s agent on the nodes
label-influx-grafana-dashboard-enabled = InfluxDB and Grafana (old)
label-ingress-controller = Ingress controller that is installed
label-ingress-controller-role = Role of nodes that carry it
label-k8s-keystone-auth-tag = Version of Keystone authentication
label-keystone-auth-enabled = Kubernetes accepts Keystone tokens
label-kube-dashboard-enabled = Installs the Kubernetes dashboard
label-kube-dashboard-version = Version of the dashboard
label-kube-tag = Version of Kubernetes
label-kubeapi-options = More options for the API server
label-kubecontroller-options = More options for the controllers
label-kubelet-options = More options for kubelet
label-kubeproxy-options = More options for kube-proxy
label-kubescheduler-options = More options for the scheduler
label-magnum-auto-healer-tag = Version of magnum-auto-healer
label-manila-csi-enabled = Shares from Manila through CSI
label-master-lb-allowed-cidrs = Networks that may reach the API
label-master-lb-floating-ip-enabled = Floating IP for the API’s load balancer
label-max-node-count = Most workers under automatic scaling
label-mesos-slave-executor-env-variables = Environment of Mesos executors
label-mesos-slave-image-providers = Image formats of Mesos
label-mesos-slave-isolation = Isolators of Mesos
label-mesos-slave-work-dir = Working folder of Mesos
label-metrics-server-enabled = CPU and memory in use, per pod
label-min-node-count = Fewest workers under automatic scaling
label-monitoring-enabled = Prometheus and Grafana
label-monitoring-interval-seconds = How often Prometheus reads
label-monitoring-retention-days = How long Prometheus keeps
label-monitoring-retention-size = How much Prometheus keeps
label-npd-enabled = Node problem detector
label-octavia-lb-algorithm = How load balancers choose
label-octavia-lb-healthcheck = Load balancers check their members
label-octavia-provider = Kind of load balancer
label-post-install-manifest-url = Manifest applied at the end
label-prometheus-monitoring = Prometheus (old)
label-rexray-preempt = Takes volumes over from other hosts
label-selinux-mode = SELinux on the nodes
label-service-cluster-ip-range = Addresses of services
label-swarm-strategy = How Swarm places containers
label-traefik-ingress-controller-tag = Version of Traefik
label-use-podman = Runs Kubernetes’ own parts with Podman
