# Manifests
manifests-title = Manifests
manifests-target = Apply to { -bay }
manifests-namespace = Namespace
manifests-through-magnum = Through Magnum: pods, replication controllers, services
manifests-no-dry-run = Magnum of 2015 has no dry run: the text is checked here, the rest shows when you apply
manifests-validate = Validate
manifests-apply = { $count ->
    [one] Apply 1 object
   *[other] Apply { $count } objects
}
manifests-problems-count = { $count ->
    [one] 1 problem
   *[other] { $count } problems
}
manifests-stands-running = A run is under way
manifests-stands-no-bay = There is no Kubernetes { -bay } to send it to
manifests-stands-no-object = No file holds an object yet
manifests-stands-problems = The text has problems: F8 goes to the next one
manifests-stands-not-chosen = Choose the { -bay } to send it to
manifests-stands-bays = The { -bay(form: "many") } are being read
manifests-stands-gone = { $bay } is not here any more: choose another { -bay }
manifests-stands-gone-unnamed = The chosen { -bay } is not here any more: choose another
manifests-stands-not-ready = { $bay } cannot be entered now: { $status }
manifests-stands-reading = The text is being read
manifests-other-target = Another { -bay } or namespace is chosen now
manifests-not-through-magnum = Magnum of 2015 takes pods, replication controllers and services only
manifests-one-namespace = Magnum of 2015 knows the namespace default only
manifests-too-long = Too long to edit here (over 256 KiB): it is shown, and can be validated, applied and deleted
manifests-open = Open…
manifests-open-title = Open manifests
manifests-new = New file
manifests-save = Save
manifests-save-as = Save as…
manifests-save-title = Save manifest as
manifests-close = Close file
manifests-untitled = untitled-{ $n }.yaml
manifests-unsaved = unsaved
manifests-count = { $files ->
    [one] 1 file
   *[other] { $files } files
}, { $objects ->
    [one] 1 object
   *[other] { $objects } objects
}
manifests-nothing-open = No file is open. Open one, drop files here, or start from a sample.
manifests-drop-hint = Drop YAML or JSON files here.
manifests-drop-here = Drop to open
manifests-samples = Samples
manifests-sample-nginx = a Deployment and its service
manifests-sample-guestbook = six objects in a namespace of their own
manifests-sample-job = a job that runs to its end
manifests-sample-configmap = settings and a pod that reads them
manifests-sample-replication-controller = pod, controller, service, as in 2015
manifests-editor-name = Text of { $file }
manifests-not-read = { $file } could not be read: { $why }
manifests-not-text = it is not UTF-8 text (byte { $byte })
manifests-file-too-long = it is longer than { $mib } MiB
manifests-saved = Saved { $file }
manifests-not-saved = { $file } could not be saved: { $why }
manifests-close-title = Close { $file } without saving?
manifests-close-text = Its text is not in any file. Closing drops it.
manifests-close-drop = Close and drop
manifests-close-save = Save and close
manifests-heat = Heat template (not for a { -bay })
manifests-unreadable = cannot be read
manifests-no-answer = Not sent yet
manifests-has-problems = The text has problems
manifests-has-warnings = The text has warnings
manifests-footer-place = { $file }, line { $line }, column { $column }
manifests-footer-unsaved = Unsaved
manifests-footer-draft-kept = Unsaved, a draft is kept
manifests-footer-no-draft = Drafts cannot be kept: { $why }
manifests-key-next-problem = Next problem
manifests-key-apply = Apply
manifests-problems = Problems
manifests-outcome = Outcome
manifests-no-problem = No problem in the text. Validate asks the server as well.
manifests-no-problem-no-dry-run = No problem in the text. What the server thinks of it shows when you apply.
manifests-nothing-run = Nothing was sent yet. Validate is a dry run on the server.
manifests-nothing-run-no-dry-run = Nothing was sent yet.
manifests-col-problem = Problem
manifests-col-file = File
manifests-col-place = Line
manifests-col-kind = Kind
manifests-col-name = Name
manifests-col-why = Why
manifests-col-took = Took
manifests-owned = Owned by { $owner }: { $why }
manifests-at-line = { $why } (line { $line })
manifests-again = Try the { $count } again
manifests-take-over = Take over the fields
manifests-take-over-one = Take over
manifests-take-over-of = Take over the fields of { $object }
manifests-sum-good = { $count } well
manifests-sum-refused = { $count } refused
manifests-sum-skipped = { $count } not tried
manifests-sum-absent = { $count } not there
manifests-sum-conflict = { $count ->
    [one] 1 conflict
   *[other] { $count } conflicts
}
manifests-validating = Validating in { $bay } since { $time }
manifests-applying = Applying to { $bay } since { $time }
manifests-deleting = Deleting from { $bay } since { $time }
manifests-validated = { $good } of { $all } valid in { $bay } { $time }
manifests-applied = { $good } of { $all } applied to { $bay } { $time }
manifests-deleted = { $good } of { $all } deleted from { $bay } { $time }
manifests-delete-title = Delete { $count ->
    [one] 1 object
   *[other] { $count } objects
} from { $bay }?
manifests-delete-confirm = Delete them
manifests-delete-namespace = What names no namespace is deleted from { $namespace }.
manifests-delete-whole-namespaces = A namespace takes everything in it with it.

verdict-created = Created
verdict-configured = Configured
verdict-unchanged = Unchanged
verdict-valid = Valid
verdict-deleted = Deleted
verdict-absent = Not there
verdict-conflict = Conflict
verdict-refused = Refused
verdict-skipped = Not tried

# What can be wrong with the text of a manifest
manifest-problem-syntax = Not YAML: { $detail }
manifest-problem-tab = A tab indents this line; YAML wants blanks
manifest-problem-indent = This line does not stand under the one it belongs to
manifest-problem-open-quote = A quote is not closed
manifest-problem-open-bracket = A bracket is not closed, or by the wrong one
manifest-problem-needs-quotes = A value that begins with { $character } needs quotes
manifest-problem-list-item = A list item cannot stand here
manifest-problem-missing-colon = A colon is missing behind this key
manifest-problem-unknown-alias = This alias refers to nothing
manifest-problem-too-deep = Too many levels
manifest-problem-duplicate-key = { $key } stands here a second time; the first is in line { $line }
manifest-problem-not-a-mapping = A document must be a mapping (key: value)
manifest-problem-no-api-version = apiVersion is missing
manifest-problem-no-kind = kind is missing
manifest-problem-no-name = metadata.name is missing
manifest-problem-not-text = { $field } must be a text
manifest-problem-bad-name = { $name } is not a valid name: small letters, digits, - and . only
manifest-problem-bad-namespace = { $name } is not a valid namespace: small letters, digits and - only
manifest-problem-bare-boolean = YAML reads { $word } as true or false; quote it if it is a text
manifest-problem-repeated = { $object } stands already in line { $line }
