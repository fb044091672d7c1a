# Nodes of a bay
nodes-filter = Filter by name, group, zone
nodes-all = All
nodes-trouble = Not ready
nodes-footer = { $trouble ->
    [0] { $all } nodes, all ready
   *[other] { $all } nodes, { $trouble } in trouble
}
nodes-none = This { -bay } has no nodes yet.
nodes-none-match = No node matches.
nodes-ready = Ready
nodes-not-ready = Not ready
nodes-silent = Not ready, silent
nodes-cordoned = cordoned
nodes-col-name = Name
nodes-col-status = Status
nodes-col-role = Role
nodes-col-group = Group
nodes-col-zone = Zone
nodes-col-flavor = Flavor
nodes-col-pods = Pods
nodes-col-cpu = CPU requested
nodes-col-memory = Memory req.
nodes-col-version = Version
nodes-col-age = Age
nodes-cpu = CPU
nodes-memory = Memory
nodes-amounts = { $requested } of { $all }
nodes-amounts-used = { $requested } of { $all }, { $used } used
nodes-no-metrics = The { -bay } has no metrics API: what is used is not known.
nodes-server = Server
nodes-server-unknown = Nova shows no server for this node.
nodes-copy-server = Copy the server’s UUID
nodes-address = Address
nodes-runtime = Runtime
nodes-os = System
nodes-kernel = Kernel
nodes-taints = Taints
nodes-none-word = none
nodes-its-pods = { $n ->
    [one] 1 pod
   *[other] { $n } pods
}
nodes-show-pods = Show its pods
nodes-show-on-map = Show on the map
