# The map itself. $n is the number for the plural, $nodes and $pods the same with digits in groups
map-name = Placement map
map-minimap = Overview of the map
map-nodes = { $n ->
    [one] 1 node
   *[other] { $nodes } nodes
}
map-pods = { $n ->
    [one] 1 pod
   *[other] { $pods } pods
}
map-counts = { $n ->
    [one] 1 node, { $pods } pods
   *[other] { $nodes } nodes, { $pods } pods
}
map-counts-room = { $n ->
    [one] 1 node, { $pods } pods, room for { $room } more
   *[other] { $nodes } nodes, { $pods } pods, room for { $room } more
}
map-counts-workloads = { $n ->
    [one] 1 workload, { $pods } pods
   *[other] { $workloads } workloads, { $pods } pods
}
# What a screen reader says of a group: default-worker: 16 nodes, 895 pods
map-group = { $name }: { $counts }
map-chosen = { $n ->
    [one] 1 pod chosen
   *[other] { $pods } pods chosen
}
map-zone = zone { $zone }
map-no-zone = no zone
map-all-nodes = Nodes
map-unscheduled = Unscheduled
map-no-node-fits = no node fits
map-no-owner = no owner
map-not-ready = not ready
map-cordoned = cordoned
map-pods-label = Pods
map-cpu = CPU
map-memory = Memory
map-memory-short = Mem
# What a screen reader says of a tile: worker-3: 57 pods, 2 Failed
map-tile = { $n ->
    [one] { $node }: 1 pod
   *[other] { $node }: { $n } pods
}
map-tile-not-ready = , not ready
map-tile-state = , { $n } { $state }

# Toolbar
placement-filter = Filter pods
placement-group = Group
placement-group-node-group = Node group
placement-group-zone = Zone
placement-group-zone-and-group = Zone, node group
placement-group-role = Role
placement-group-namespace = Namespace
placement-group-none = None
placement-order = Order
placement-order-name = Name
placement-order-fullness = Fullest first
placement-order-problems = Problems first
placement-color = Colour
placement-color-state = State
placement-color-namespace = Namespace
placement-color-owner = Owner
placement-color-restarts = Restarts
placement-color-age = Age
placement-color-use = Requested vs used
placement-match = { $n ->
    [one] 1 of { $pods } pods matches
   *[other] { $matching } of { $pods } pods match
}
placement-pods = { $n ->
    [one] 1 pod
   *[other] { $pods } pods
}
placement-save = Save picture…
placement-saving = The picture is being saved
placement-save-title = Save the map as a picture
placement-saved = The map was saved to { $path }
placement-not-saved = The map was not saved: { $why }
# Saving: $w and $h are pixels
placement-export = Save the map
placement-export-cell = Size of a pod
placement-export-smaller = Smaller pods
placement-export-larger = Larger pods
placement-export-far = colours only
placement-export-middle = shapes and names of nodes
placement-export-near = names, capacity and containers
placement-export-density = Pixel density
placement-export-size = The whole map: { $w } × { $h } pixels
placement-export-too-large = { $w } × { $h } pixels are more than viewers open: choose smaller pods or a lower density
placement-export-png = Save whole map as PNG…
placement-export-svg = Save view as SVG…
placement-export-svg-tip = What is on screen, as shapes and text that stay sharp at any size

# Legend, zoom
placement-succeeded = Succeeded
placement-age-hour = under 1 h
placement-age-day = 1–24 h
placement-age-week = 1–7 d
placement-age-month = 7–30 d
placement-age-older = 30 d+
placement-others = { $n } others
placement-use-none = Not known
placement-zoom-in = Zoom in
placement-zoom-out = Zoom out
placement-fit = Show everything
placement-box = Choose pods with a box
placement-box-tip = Draw a box round pods to sum them up; or drag with Shift. Ctrl+click adds one

# Footer
placement-footer = { $n ->
    [one] 1 node, { $pods } pods, all drawn
   *[other] { $nodes } nodes, { $pods } pods, all drawn
}
placement-footer-far = { $nodes } nodes, { $pods } pods, all drawn, one block each
placement-key-move = Move
placement-key-zoom = Zoom
placement-key-fit = Fit
placement-key-filter = Filter
placement-key-trouble = Next trouble
placement-key-table = As a table
placement-key-nodes = Node to node
placement-key-up = A level up
placement-key-add = Add to the box
placement-key-zoom-to = Zoom to it
placement-key-box = Box

# Nothing to draw
placement-empty = This { -bay } has no nodes yet.
placement-empty-events = See its events

# Hover card
placement-comma = {", "}
placement-on-node = on { $node }
placement-on-no-node = on no node
placement-ready = ready
placement-requested = Requested
placement-used-head = Used
placement-not-measured = not measured
placement-not-asked = not read
placement-being-read = being read…
# Behind a requested amount: 6.0, used 4.2
placement-used-short = used { $amount }
placement-restarts = { $n ->
    [one] 1 restart
   *[other] { $n } restarts
}
placement-trouble = { $n } of { $all } pods: { $reason }
placement-zoom-hint = Click, then Enter: zoom in

# Panel of a pod
placement-pod-in = Pod in { $namespace }
placement-copy-name = Copy the name
placement-owner = Owner
placement-nobody = nobody
placement-node = Node
placement-address = Address
placement-copy-address = Copy the address
placement-containers-ready = Ready
placement-age = Age
placement-log = Log
placement-yaml = YAML
placement-labels = Labels
placement-events = Recent events
placement-delete-title = Delete pod { $name }?
placement-delete-replaced = Its workload makes a new one in its place.
placement-delete-orphan = Nobody makes a new one: this pod has no owner.
placement-delete-confirm = Delete the pod

# Panel of a node
placement-by-state = Pods by state
placement-more = and { $n } more
placement-capacity = Capacity
placement-nodes-ready = Nodes ready
placement-zoom-to = Zoom to it
placement-used = Bar: requested. Tick: used, { $cpu } cores and { $memory }.
placement-used-part = Bar: requested. Tick: used, { $cpu } cores and { $memory }, measured on { $measured } of { $nodes } nodes.
placement-bar-only = Bar: requested. What is used is unknown: no metrics.
placement-server = Server in Nova
placement-name = Name
placement-flavor = Flavor
placement-zone = Zone
placement-node-group = Node group
placement-version = Version
placement-runtime = Runtime
placement-os = System
placement-taints = Taints
placement-none = none
placement-ready-schedulable = Ready for { $age }, schedulable
placement-ready-cordoned = Ready for { $age }, cordoned
placement-not-ready-for = Not ready for { $age }

# Panel of the pods without a node
placement-why = Why
placement-why-unsaid = The scheduler has not said why yet
placement-owners = Whose they are

# Panel of a workload
placement-workload-in = { $kind } in { $namespace }
placement-replicas = Replicas
placement-of-ready = of { $desired } ready
placement-scale-more = One replica more
placement-scale-fewer = One replica fewer
placement-spread-zones = Spread over zones
placement-spread-nodes = Spread over nodes
placement-spread = { $nodes ->
    [0] On no node
    [one] On 1 node, { $most } on it
   *[other] On { $nodes } nodes, at most { $most } on one
}
placement-zone-none = none
placement-not-created = { $n ->
    [one] 1 replica has no pod
   *[other] { $n } replicas have no pod
}
placement-requested-all = Requested, all replicas
placement-restarts-label = Restarts
placement-list-pods = List its pods
placement-pods-in = Pods in { $namespace }

# Panel of pods chosen with a box
placement-chosen-on = { $n ->
    [0] On no node
    [one] On 1 node
   *[other] On { $nodes } nodes
}
placement-copy-names = Copy the names
placement-use-unknown = What they use is unknown: no metrics.
# So many pods are not asked all the time what they use
placement-use-resting = What they use is read once the map is coloured by “Requested vs used”: it is too much to read all the time.
placement-use-reading = What they use is being read…
placement-use-show = Colour by requested vs used
placement-use-of-none = None of them was measured.
placement-use-of-some = Used: of the { $n } pods out of { $pods } that were measured.
placement-namespaces = Namespaces ({ $n })
placement-workloads = Workloads ({ $n })
placement-kubelet = Node agent (kubelet)
