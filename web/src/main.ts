import './style/index.css'
