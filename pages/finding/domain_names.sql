-- grain: one row per domain, 'unknown' last
-- answers: Which words ask for a domain?
-- columns: as in marts.search_domains
SELECT domain_code, bit, phrases, everyday FROM marts.search_domains ORDER BY bit
