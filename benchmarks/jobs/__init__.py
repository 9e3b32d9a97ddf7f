"""Programs that run no-op jobs, a contender each: `PROGRAM URL COUNT` fills a queue, drains it, prints the seconds."""
