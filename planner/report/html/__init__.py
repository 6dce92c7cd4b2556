"""The report page: templates, drawings and the script."""
