-- grain: one row per point, as in points.sql: of a file without a column for any there is none.
-- answers: nothing; it spares the search for what is near.
CREATE TABLE place_points (
    latitude_given VARCHAR, longitude_given VARCHAR, communes VARCHAR[], departements VARCHAR[], state VARCHAR
);
