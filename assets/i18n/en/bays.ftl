# bays
bays-new = New { -bay }
bays-columns = Columns
bays-export = Export
bays-none-to-export = There is nothing to export.
bays-copy-json = Copy as JSON
bays-filter = Filter by name, model, label
bays-chip-all = All
bays-chip-progress = In progress
bays-chip-failed = Failed
bays-chip-unhealthy = Unhealthy
bays-any-coe = Any COE
bays-column-name = Name
bays-column-status = Status
bays-column-health = Health
bays-column-engine = Engine
bays-column-nodes = Nodes
bays-column-model = Model
bays-column-age = Age
bays-health-not-yet = not yet known

# $part: what failed; $why: a few words
bays-reason = { $part }: { $why }
bays-reason-short = { $needed } needed, { $left } left
bays-reason-quota = quota used up
bays-unknown-status = Bayview does not know this status; it is shown as Magnum sent it.
bays-open = Open
bays-selected = { $count } selected
bays-delete-selected = Delete…
bays-refresh-selected = Refresh
bays-clear-selection = Clear selection
bays-reading = Reading { -bay(form: "many") }
bays-empty = This project has no { -bay(form: "many") } yet.
bays-nothing-matches = No { -bay } matches.
bays-show-all = Show all
bays-footer-some = { $shown } of { $count } { -bay(form: "many") } shown

# $age: an age; $every: seconds
bays-footer-quick = Refreshed { $age } ago, every { $every } s while something is in progress
bays-footer-slow = Refreshed { $age } ago, every { $every } s
bays-footer-all = { $count ->
    [one] 1 { -bay }, shown
   *[other] { $count } { -bay(form: "many") }, all shown
}
