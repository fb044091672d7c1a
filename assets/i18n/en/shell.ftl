# shell

# Inputs, lists, loading
filter-clear = Clear the filter
field-show-secret = Show it
field-hide-secret = Hide it
select-none = Nothing chosen
select-search = Search
select-nothing-found = Nothing found
panel-close = Close this panel
# $what: what is being read; $time: an age
loading-for = { $what }, { $time } so far
# $age: an age; $why: a plain cause
stale-line = Not refreshed for { $age }: { $why }

# Rail, top bar
rail-bays = { -bay(form: "Many") }
rail-bay-models = { -bay-model(form: "Many") }
rail-containers = Containers
rail-manifests = Manifests
rail-activity = Activity
rail-settings = Settings
search-hint = Search, or run a command
switch-cloud = Cloud
switch-project = Project
switch-region = Region
switch-other-cloud = Other cloud…
connection-ok = Connected
connection-latency-tip = Round trip of the last request
connection-stale = Not refreshed for { $age }
connection-unverified = TLS not verified
connection-unverified-tip = Verification of certificates is off for this cloud: anybody on the way could read and change what is sent.
bell-label = Notifications, { $count } new
bell-title = Notifications
bell-empty = Nothing yet.
user-menu = { $user }: account and settings
user-about = { $project }: { $roles }
user-token-until = Signed in until { $time }
list-comma = {", "}

# Commands
command-bays = Go to { -bay(form: "many") }
command-bay-models = Go to { -bay-model(form: "many") }
command-containers = Go to containers
command-manifests = Go to manifests
command-activity = Go to activity
command-settings = Settings
command-new-bay = New { -bay }
command-new-bay-model = New { -bay-model }
command-new-container = New container
command-back = Back
command-refresh = Refresh this screen
command-palette = Search and commands
command-shortcuts = Keyboard
command-theme = Switch dark and light
command-language = 日本語で表示
command-zoom-in = Larger
command-zoom-out = Smaller
command-zoom-reset = Natural size
command-walkthrough = Guided walkthrough
command-other-cloud = Sign in to another cloud
command-sign-out = Sign out
command-needs-session = Needs a sign-in
command-reader = Your role is reader
command-nothing-to-refresh = Nothing to refresh here
palette-query = Search or command

# Toasts
toast-details = Details
toast-close = Close this message
toast-copied = Copied to the clipboard

# Dialogs; $name is a bay's or bay model's name
delete-title = Delete { $name }?
delete-title-many = Delete { $count } { -bay(form: "many") }?
delete-warning = This cannot be undone. Lost for good:
delete-also = Load balancers, volumes and floating IPs that the { -bay } made for itself are removed with it.
delete-type-name = Type { $name } to confirm
delete-type-count = Type { $count }, the number of { -bay(form: "many") }, to confirm
delete-do = Delete { -bay }
delete-do-many = Delete { -bay(form: "many") }
delete-not-matching = What is typed does not match yet.
delete-model-title = Delete { $name }?
delete-model-warning = No { -bay } uses this { -bay-model }. This cannot be undone.
delete-model-in-use = These { -bay(form: "many") } use this { -bay-model }, so Magnum refuses to delete it: { $bays }
delete-model-used = It is in use.
delete-model-do = Delete { -bay-model }
scale-title = Resize { $name }
scale-workers = Workers
scale-now = { $count } now
scale-same = Nothing changes.
scale-do = Resize to { $count }
scale-not-now = Not possible while something else is going on.

# Keyboard
keys-title = Keyboard
keys-filter = Go to the filter
keys-escape = Close, clear, stop
keys-new = New, in lists
keys-rows = Walk through rows
keys-open = Open the row
keys-select = Select the row
keys-all = Select all rows
keys-this = Keyboard
lost-masters = { $count ->
    [one] 1 master
   *[other] { $n } masters
}
lost-nodes = { $count ->
    [one] 1 worker
   *[other] { $n } workers
}
lost-pods = { $count ->
    [one] 1 pod
   *[other] { $n } pods
}
lost-workloads = { $count ->
    [one] 1 workload
   *[other] { $n } workloads
}
lost-load-balancers = { $count ->
    [one] 1 load balancer
   *[other] { $n } load balancers
}
lost-volumes = { $count ->
    [one] 1 volume of { $size } GB
   *[other] { $count } volumes of { $size } GB
}
scale-more = { $count ->
    [one] One more worker is made; quota must allow it.
   *[other] { $count } more workers are made; quota must allow it.
}
scale-fewer = { $count ->
    [one] One worker is removed; its pods move to other nodes or wait.
   *[other] { $count } workers are removed; their pods move to other nodes or wait.
}
keys-here = On this screen
keys-everywhere = Everywhere
toast-open = Open it
command-open-kubeconfig = Open a kubeconfig…
kubeconfig-open-title = Open a kubeconfig

# Which contexts of a kubeconfig to open
kubeconfig-contexts-title = Which clusters?
kubeconfig-contexts-filter = Filter contexts
kubeconfig-contexts-none-match = No context matches.
kubeconfig-contexts-none = Choose at least one.
kubeconfig-contexts-do = { $count ->
    [0] Open
    [one] Open 1 cluster
   *[other] Open { $count } clusters
}
kubeconfig-context-current = { $name } (current)
kubeconfig-context-nowhere = the file has no cluster { $cluster }
