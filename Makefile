# Each target is one `python -m scripts` line, for machines without make. Only Python 3.11+ is needed; the rest it gets itself.
PYTHON ?= python3

.PHONY: serve test test-all build check format schema measure weigh pictures due links bundle scale
serve test test-all build check format schema measure weigh pictures due links bundle scale:
	@$(PYTHON) -m scripts $@ $(if $(EDITION),--edition $(EDITION)) $(if $(BUILDER),--builder $(BUILDER))
