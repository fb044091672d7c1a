# Services of a bay
services-filter = Filter by name, type, port
services-all = All
services-trouble = Not all ready
services-footer = { $n ->
    [one] 1 service
   *[other] { $n } services
}
services-none = This { -bay } has no services yet.
services-none-match = No service matches.
services-col-name = Name
services-col-namespace = Namespace
services-col-kind = Type
services-col-cluster = Cluster address
services-col-external = External address
services-col-ports = Ports
services-col-ready = Ready
services-col-selector = Selector
services-col-age = Age
services-headless = headless
services-headless-why = Headless: its name gives the pods’ own addresses.
services-pending-address = waits for an address
services-no-selector = no selector
services-no-pods = No pod matches its selector
services-none-ready = None of its pods is ready
services-some-ready = Not all of its pods are ready
services-all-ready = All of its pods are ready
services-kind-in = { $kind } in { $namespace }
services-addresses = Addresses
services-show-pods = Show its pods
services-show-on-map = Show on the map
