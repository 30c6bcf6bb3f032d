"""The workbench: one study in the browser, served to this machine alone."""
