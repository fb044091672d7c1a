# Containers
containers-title = Containers
containers-new = New container
containers-filter = Filter by name, image, status
containers-all = All
containers-reading = Reading containers
containers-none = There is no container yet.
containers-none-match = No container matches.
containers-footer = { $n ->
    [one] 1 container
   *[other] { $n } containers
}
containers-today = On today’s clouds Magnum keeps no list of containers: they run as pods inside { -bay(form: "many") }. A new container becomes a Pod or a Deployment in a Kubernetes { -bay }.
containers-not-listed = The Magnum of this region lists no containers. A new container becomes a Pod or a Deployment in a Kubernetes { -bay }.
containers-no-bay = No Kubernetes { -bay } of this project can take one now.
containers-look-into = Pods of
containers-col-name = Name
containers-col-status = Status
containers-col-image = Image
containers-col-command = Command
containers-col-bay = { -bay(form: "Title") }
containers-col-memory = Memory
containers-col-age = Age
containers-running = Running
containers-stopped = Stopped
containers-paused = Paused
containers-error = Error
containers-no-status = not reported
containers-start = Start
containers-stop = Stop
containers-reboot = Restart
containers-pause = Pause
containers-unpause = Continue
containers-environment = Environment
containers-log = Log
containers-read-log = Read the log
containers-read-again = Read again
containers-reading-log = Reading the log
containers-log-empty = The container has written nothing yet.
containers-delete-title = Delete container { $name }?
containers-delete-lost = What it kept in its own files is lost, and nothing replaces it.
containers-delete-confirm = Delete container
