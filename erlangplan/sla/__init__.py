"""Service level agreements: contracts as files, and months judged by them."""
