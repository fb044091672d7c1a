# Words used on many screens
word-bay = { -bay(form: "Title") }
word-bays = { -bay(form: "Many") }
word-bay-model = { -bay-model(form: "Title") }
word-bay-models = { -bay-model(form: "Many") }

sign-ok = Running
sign-progress = Starting
sign-pending = Pending
sign-warning = Not ready
sign-failed = Failed
sign-unknown = Unknown
sign-deleting = Deleting

action-cancel = Cancel
action-close = Close
action-copy = Copy
action-delete = Delete…
action-retry = Retry
action-refresh = Refresh
action-back = Back

age-seconds = { $n } s
age-minutes = { $n } min
age-hours = { $n } h
age-days = { $n } d
age-years-days = { $years } y { $days } d
age-ago = { $age } ago

# What a change is called in Activity and in toasts
job-create-bay-model = Create { -bay-model }
job-delete-bay-model = Delete { -bay-model }
job-create-bay = Create { -bay }
job-scale-bay = Resize { -bay }
job-delete-bay = Delete { -bay }
job-save-kubeconfig = Save kubeconfig
job-scale-workload = Scale
job-delete-object = Delete
job-validate-manifests = Validate manifests
job-apply-manifests = Apply manifests
job-delete-manifests = Delete by manifests
job-create-container = Create container
job-act-on-container = Change container
job-delete-container = Delete container
# $job is one of the titles above, translated
notice-job-accepted = { $job }, { $target }: accepted
notice-job-done = { $job }, { $target }: done
notice-job-partly = { $job }, { $target }: done in part
notice-job-failed = { $job }, { $target }: failed
notice-bay-up = { $target } is up
notice-bay-resized = { $target } has its new size
notice-bay-deleted = { $target } is deleted
notice-no-such-cloud = No cloud named { $name } was found
notice-internal = A task inside Bayview broke off
notice-switch-failed = The switch did not work
notice-profile-not-kept = The profile could not be kept
notice-kubeconfig-not-opened = The kubeconfig could not be opened

# Tables: groups and export
table-export = Export
table-copy-csv = Copy as CSV
table-save-csv = Save as CSV…
table-save-title = Save the table as CSV
table-saved = The table was saved to { $path }
table-not-saved = The table was not saved: { $why }
table-group = Group: { $by }
table-group-none = none
table-group-open-all = Open all groups
table-group-close-all = Close all groups
table-group-empty = (none)
