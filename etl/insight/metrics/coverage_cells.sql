-- label: Communes covered
-- why: Share of communes reached by as many active providers as are needed: the map's share, whatever the population.
-- unit: share
-- direction: high
-- counts: communes
-- topic: supply
-- levels: country, region, departement, commune
-- pooled: over several domains, the sum of their numerators over that of their denominators
-- sources: providers
-- source: decided per commune: communes with n_i >= k / communes
WITH
-- shell: reach
counted AS (
    SELECT
        territory_code, scope_code,
        coalesce(sum(communes) FILTER (WHERE providers >= up_to_ten($k)), 0) AS numerator,
        sum(communes) AS denominator,
        denominator AS n
    FROM reach
    GROUP BY territory_code, scope_code
)

-- shell: ratio
