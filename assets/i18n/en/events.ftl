# Events of a bay
events-filter = Filter by object, reason, message
events-all = All
events-warnings = Warnings
events-footer = { $n } events, { $warnings } warnings
events-none = Kubernetes reports no events: they are kept for about an hour.
events-none-match = No event matches.
events-open-object = Show the object
events-col-seen = Last seen
events-col-reason = Reason
events-col-object = Object
events-col-namespace = Namespace
events-col-message = Message
events-col-count = Count
events-col-source = From
events-warning = Warning
events-normal = Normal
events-last-seen = Last seen
