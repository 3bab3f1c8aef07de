"""Views of fairs, booths, trade buyers, channels, campaigns and what came of them."""
