"""Lange Adem: interviews about continuity and discontinuity in the social domain.

How a turn flows. A person replies to the turn that stands open. The reply is taken in
(`steps.answering`: cleaned, checked against what was asked) and de-identified on this machine
(`steps.privacy`), then kept by the store: from here on nothing can lose it. The embedded tagger
(`steps.tagging`) says which levels it carries, or, in a check, the person does (`steps.checking`).
The interviewer (`steps.interviewer`) chooses the next move from the guide; where a topic is left
behind, a passage of the essay that bears on the person's own account comes with it
(`steps.retrieval`). Codings and the next turn are kept together, and the view of where the
interview stands goes back to the page or the terminal.

`session` holds that flow, `house` what it needs, `bootstrap` puts the house together, `adapters`
are the outside world behind the `ports`.
"""
