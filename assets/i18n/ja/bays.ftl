# bays
