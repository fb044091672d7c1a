# workloads
