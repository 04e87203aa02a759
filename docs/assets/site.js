// Names the search dialog for screen readers (Material leaves it without a name). Everything on the site works without script.
for (const dialog of document.querySelectorAll(".md-search[role=dialog]")) dialog.setAttribute("aria-label", "Search");
