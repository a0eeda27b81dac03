"""How people and programs reach Greenlight: the only place where platform and web types exist."""
