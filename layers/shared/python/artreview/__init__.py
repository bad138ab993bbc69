"""The domain of the Art Review Generator, and its adapters to AWS.

Plain Python from the standard library: a review and its states, permalinks, signed tokens, limits,
errors. Its adapters alone use boto3: `batch`, `clients`, `conditions`, `changes`, `store`,
`second_chances`, `gallery`, `lineage`, `site`, `queue`, `mailer`, `signing_keys`, `counters`,
`subscribers`.
"""
