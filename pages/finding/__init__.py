"""Finding providers: what words mean (reading), and who they find (the SQL files here)."""
