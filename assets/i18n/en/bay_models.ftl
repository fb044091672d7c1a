# Bay models
bay-models-new = New { -bay-model }
bay-models-filter = Filter by name, image, label
bay-models-reading = Reading { -bay-model(form: "many") }
bay-models-none = There is no { -bay-model } yet. A { -bay } is made from one.
bay-models-none-match = No { -bay-model } matches.
bay-models-footer = { $n ->
    [one] 1 { -bay-model }
   *[other] { $n } { -bay-model(form: "many") }
}
bay-models-in-use = { $n ->
    [one] One { -bay } uses it: delete that first.
   *[other] { $n } { -bay(form: "many") } use it: delete those first.
}
bay-models-col-name = Name
bay-models-col-engine = Engine
bay-models-col-image = Image
bay-models-col-flavors = Flavors
bay-models-col-network = Network
bay-models-col-public = Visible to
bay-models-col-labels = Labels
bay-models-col-used = Used by
bay-models-col-age = Age
bay-models-public = all
bay-models-private = project
bay-models-new-bay = New { -bay } from it
bay-models-copy = Copy as new
bay-models-labels = Labels
bay-models-used-by = { $n ->
    [0] Used by no { -bay }
    [one] Used by 1 { -bay }
   *[other] Used by { $n } { -bay(form: "many") }
}
bay-models-more-bays = and { $n } more
bay-models-flavor = Flavor of workers
bay-models-master-flavor = Flavor of masters
bay-models-master-lb = Load balancer
bay-models-floating-ips = Floating IPs
bay-models-external-network = External network
bay-models-dns = DNS
bay-models-volume-driver = Volume driver
bay-models-storage-driver = Storage driver
bay-models-server-type = Server type
bay-models-api-port = API port
bay-models-tls = TLS inside
bay-models-registry = Own registry
bay-models-insecure-registry = Insecure registry
bay-models-http-proxy = HTTP proxy
bay-models-https-proxy = HTTPS proxy
bay-models-no-proxy = No proxy for
bay-models-hidden = Hidden
bay-models-tags = Tags
bay-models-driver = Driver
