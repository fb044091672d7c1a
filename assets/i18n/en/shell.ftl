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
