"""PDF documents: lines of text and tables on A4 pages, in Chinese and in English."""
