"""The domain of the Art Review Generator, and its adapters to AWS.

Plain Python from the standard library: a review and its states, permalinks, signed tokens, limits,
errors. Its adapters (`store`, `site`, `queue`, `mailer`, `signing_keys`) alone use boto3.
"""
