module spot-messaging/tests/cluster/programs/pause

go 1.24.0
