"""Files that people take away: CSV and XLSX, with nothing in them that a spreadsheet would run."""
