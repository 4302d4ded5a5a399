"""What is read from a build, without Streamlit."""
