# Workloads of a bay
workloads-filter = Filter by name, label, image
workloads-all = All
workloads-any = all
workloads-short-first = Short first
workloads-only-short = Only short ones
workloads-by-name = By name
workloads-changed-first = Changed last
workloads-by-column = By column
workloads-namespace-chip = Namespace: { $value }
workloads-kind-chip = Kind: { $value }
workloads-legend-available = available
workloads-legend-starting = starting
workloads-legend-not-ready = not ready
workloads-legend-unknown = unknown
workloads-legend-failed = failed
workloads-legend-not-placed = not placed
workloads-col-name = Workload
workloads-col-namespace = Namespace
workloads-col-kind = Kind
workloads-col-replicas = Replicas
workloads-col-ready = Ready
workloads-col-why = Why
workloads-col-hour = Ready, last hour
workloads-col-restarts = Restarts
workloads-col-changed = Changed
workloads-col-desired = Desired
workloads-none = No workload keeps pods alive in this { -bay } yet.
workloads-none-go = Go to manifests
workloads-none-match = No workload matches.
filter-show-all = Show all
workloads-open-row = Details of { $name }
workloads-footer = { $all ->
    [one] 1 workload
   *[other] { $all } workloads
  }, { $short } short of replicas
workloads-key-scale = Scale
workloads-one-per-node = one per node
workloads-completed = { $done } of { $all } completed
workloads-completed-short = { $done } completed
workloads-one-per-node-why = A DaemonSet runs one pod on every fitting node: its number follows the nodes.
workloads-as-completed-why = A Job runs until so many pods have completed: its number is fixed when it is made.
workloads-fewer = One replica fewer for { $name }
workloads-more = One replica more for { $name }
workloads-desired-of = Desired replicas of { $name }

workloads-missing = What is missing, and why
workloads-nothing-missing = Nothing is missing
workloads-nothing-missing-rolling = Nothing is missing, a rollout is going on
workloads-per-zone = Ready per zone
workloads-zone = { $zone }
workloads-no-zone = no zone
workloads-last-hour = Last hour
workloads-desired-word = desired
workloads-ready-word = ready
workloads-chart-name = Last hour: now { $ready } ready of { $desired } desired
workloads-show-on-map = Show on the map
workloads-open-logs = Open logs
workloads-copy-kubectl = Copy as kubectl

workloads-scale = Scale
workloads-scale-hint = { $desired } desired. Change the number with + and −.
workloads-scale-rule = A whole number from 0 to { $most }
workloads-scale-more = { $from } to { $to } replicas, { $diff } more
workloads-scale-fewer = { $from } to { $to } replicas, { $diff } fewer
workloads-scale-equal = { $to } replicas, as it is now
workloads-scale-same = That is the number it has now
workloads-scale-to = Scale to { $to }
workloads-scaling = Scaling to { $to }
workloads-to-zero = No pod of it will be left.
workloads-adds = Adds { $cores } cores, { $memory }.
workloads-frees = Frees { $cores } cores, { $memory }.
workloads-no-requests = Its pods ask for neither CPU nor memory.
workloads-room = Room for { $n } more.
workloads-room-group = Room for { $n } more on { $group }.
workloads-room-zones = Room for { $n } more on { $group } in zones { $zones }.
workloads-room-short = { $n } would stay unscheduled.
workloads-no-room = No node takes more of them now.
workloads-no-room-cpu = No room: CPU is used up on every node.
workloads-no-room-memory = No room: memory is used up on every node.
workloads-no-room-pods = No room: every node has its most pods.
workloads-zone-join = {" and "}
workloads-sentence-join = {" "}

workloads-why-join = {", "}
workloads-why-rolling = rolling out, { $updated } of { $desired } new
workloads-why-crash-loop = { $n ->
    [one] 1 crash loop
   *[other] { $n } crash loops
}
workloads-why-unschedulable = { $n } unschedulable
workloads-why-unschedulable-lack = { $n } unschedulable: { $lack }
workloads-why-image = { $n ->
    [one] 1 without its image
   *[other] { $n } without their image
}
workloads-why-starting = { $n } starting
workloads-why-pulling = { $n } starting: pulling image
workloads-why-out-of-memory = { $n } failed: out of memory
workloads-why-exit-code = { $n } failed: exit code { $code }
workloads-why-failed = { $n } failed
workloads-why-not-ready = { $n } not ready
workloads-why-not-ready-status = { $n } not ready: readiness probe { $status }
workloads-why-node-lost = { $n } on { $node }
workloads-why-node-lost-alone = { $n } on { $node }, not ready
workloads-why-unknown = { $n } unknown
workloads-why-deleting = { $n } deleting
workloads-why-not-created = { $n } not created
workloads-why-not-created-quota = { $n } not created: namespace quota
workloads-why-evicted = { $n } evicted
workloads-why-other = { $n } { $reason }

workloads-lack-cpu = CPU
workloads-lack-memory = memory
workloads-lack-pods = pods per node
workloads-lack-resource = a resource
workloads-lack-spread = zone spread
workloads-lack-taint = taints
workloads-lack-selector = node selector
workloads-lack-anti-affinity = anti-affinity
workloads-lack-volume = volume
workloads-lack-port = host port
workloads-lack-cordoned = cordoned nodes
workloads-lack-cpu-sentence = No node has enough CPU left
workloads-lack-memory-sentence = No node has enough memory left
workloads-lack-pods-sentence = Every node has its most pods
workloads-lack-resource-sentence = No node has { $resource } left
workloads-lack-spread-sentence = No node meets the zone spread
workloads-lack-taint-sentence = Every node keeps it away by a taint
workloads-lack-selector-sentence = No node has the labels it asks for
workloads-lack-anti-affinity-sentence = Its own rules keep it off every node
workloads-lack-volume-sentence = Its volume is missing, or in another zone
workloads-lack-port-sentence = Its host port is taken on every node
workloads-lack-cordoned-sentence = The fitting nodes are cordoned
workloads-silent-for = { $node } silent for { $age }
workloads-silent = { $node } is not ready
workloads-out-of-memory-sentence = Killed: more memory than its limit
workloads-quota-sentence = The namespace’s resource quota is full
workloads-exit-sentence = Exit code { $code }
workloads-counts = { $desired } desired, { $current } current, { $ready } ready, { $available } available
workloads-counts-rolling = { $desired } desired, { $current } current, { $updated } new, { $ready } ready, { $available } available
