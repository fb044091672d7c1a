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
