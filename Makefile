# Each target is one `python -m scripts` line, for machines without make. Only Python 3.11+ is needed; the rest it gets itself.
PYTHON ?= python3

.PHONY: serve test test-all build check format schema measure weigh pictures due links
serve test test-all build check format schema measure weigh pictures due links:
	@$(PYTHON) -m scripts $@ $(if $(EDITION),--edition $(EDITION))
