"""What a published site has besides its pages."""
