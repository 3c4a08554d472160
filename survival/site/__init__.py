"""The site around the pages: what any builder leaves undone, done once over what it has built."""
