"""HTTP: `document_layer` answers for documents (200, 304), `app` is Flask for everything else.

`state_and_plan` are its two dynamic answers, `errors` its error pages; `server` runs the processes of `icsfeed serve`,
`settings` is what they are told, `logs` and `metrics` tell what they did.
"""
