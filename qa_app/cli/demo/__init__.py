"""The demo department: its generators, and what fills a site with them."""
