"""HTTP: `document_layer` answers requests for documents (200, 304), `app` is Flask for everything else.

`state_and_plan` are its two dynamic answers, `errors` its error pages. `server` runs the processes of `icsfeed serve`,
configured by `settings`; `logs` and `metrics` report what they do.
"""
