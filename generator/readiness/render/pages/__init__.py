"""View models, charts and templates: facts and judgements become Markdown pages and assets. Knows nothing of MkDocs."""
