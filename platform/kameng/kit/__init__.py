"""Tools without business words: money, time, ids, errors, queues, secrets, servers."""
