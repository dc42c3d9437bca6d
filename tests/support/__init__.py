"""What the tests stand on: servers, worlds and one factory file per domain."""
