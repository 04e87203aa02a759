"""From `Knowledge` to pages: `site.site_pages` says which there are, `render.Renderer` makes their text, `write.write_pages` puts it on disk."""
