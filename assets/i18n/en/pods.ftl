# Pods of a bay
pods-filter = Filter: words, ns: workload: node: state: label:
pods-none = No pod runs in this { -bay } yet.
pods-none-match = No pod matches.
pods-footer = { $all } pods
pods-match = { $n } of { $all } pods match
pods-selected = { $n } selected
pods-select-none = Clear selection
pods-col-name = Name
pods-col-namespace = Namespace
pods-col-status = Status
pods-col-node = Node
pods-col-owner = Workload
pods-col-ready = Ready
pods-col-restarts = Restarts
pods-col-ip = Address
pods-col-age = Age
pods-no-node = not scheduled
pods-cpu = CPU
pods-memory = Memory
pods-in = Pod in { $namespace }
pods-copy-name = Copy the pod’s name
pods-copy-ip = Copy the address
pods-restarts-n = { $n ->
    [one] 1 restart
   *[other] { $n } restarts
}
pods-log = Log
pods-yaml = YAML
pods-shows = Log or YAML
pods-requests = Requested
pods-images = Images
pods-labels = Labels
pods-show-on-map = Show on the map
pods-container = Container: { $name }
pods-previous = Before the last restart
pods-close-drawer = Close the drawer
pods-read-again = Read again
pods-copy-all = Copy all
pods-edit-yaml = Open in manifests
pods-reading-log = Reading the log
pods-reading-yaml = Reading the object
pods-log-empty = The container has written nothing yet.
pods-delete-title = { $n ->
    [one] Delete this pod?
   *[other] Delete { $n } pods?
}
pods-delete-replaced = Pods of a workload are replaced by new ones; what they kept in their own files is lost.
pods-delete-orphans = { $n ->
    [one] One of them belongs to no workload: nothing will replace it.
   *[other] { $n } of them belong to no workload: nothing will replace them.
}
pods-delete-confirm = { $n ->
    [one] Delete pod
   *[other] Delete { $n } pods
}
